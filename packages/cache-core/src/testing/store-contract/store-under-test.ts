import type { EntryStore } from '../../store/entry-store.ts'

/** A store, and what the contract must be able to do to it. */
export interface StoreUnderTest {
  readonly store: EntryStore
  /** Begins every key that the contract uses, as a namespace does. Nothing else may be stored under it. */
  readonly prefix: string
  /**
   * Makes time pass for what the store holds, in ms: moves its clock, or makes leases, values, markers and barriers so much
   * older.
   */
  passTime(ms: number): void | Promise<void>
  /** Removes a slot behind the store's back, as an eviction may. Left out for a store that loses none. */
  evict?(key: string): void | Promise<void>
  /** Writes into a slot behind the store's back, as other programs may. Left out for a store that none can reach. */
  overwrite?(key: string, text: string): void | Promise<void>
  /** Takes down what was set up. */
  close?(): void | Promise<void>
}
