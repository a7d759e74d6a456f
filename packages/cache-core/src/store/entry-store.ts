/** What a read finds in a slot and in the markers that were asked for with it. */
export interface SlotRead {
  /** The slot's text; `null` when it is absent. */
  readonly slot: string | null
  /** The markers' texts in the order asked; `null` for a missing one. */
  readonly markers: readonly (string | null)[]
}

/** A right to store what a load returns, until it is settled, lapses or is voided. */
export interface Lease {
  readonly key: string
  readonly token: string
  /** `refresh`: the lease lies in the header of a value that stays servable. */
  readonly mode: 'lease' | 'refresh'
  /** The namespace's generation before the load. */
  readonly generation: number
}

/** What became of a wish for a lease. */
export type AcquireResult =
  | { readonly outcome: 'leased'; readonly lease: Lease }
  /** A load of somebody else is on its way. */
  | { readonly outcome: 'held'; readonly token: string }
  /** A value was stored meanwhile: read again. */
  | { readonly outcome: 'value' }
  /** The slot is of a later format: load without storing. */
  | { readonly outcome: 'foreign' }

/** What to take a lease for. */
export interface AcquireRequest {
  readonly key: string
  /** Tags known before the load. */
  readonly tags: readonly string[]
  /** Token of what the caller found unusable in the slot; `''` for nothing. */
  readonly judged: string
  /** `claim` overtakes whoever loads. */
  readonly intent: 'load' | 'claim'
  /** Longest life of an entry that may follow, in ms; `Infinity` for ever. */
  readonly lifeMs: number
}

/**
 * How a load ends: with a value to store, with nothing to keep (`remove`), with a value that is not to be stored (`skip`),
 * or as if it had not been (`release`: the only one that does not ask whether the load was overtaken by a tag).
 */
export interface SettleRequest {
  readonly lease: Lease
  readonly action: 'store' | 'remove' | 'skip' | 'release'
  /** All tags of the value. */
  readonly tags: readonly string[]
  /** Life of the entry in ms; `Infinity` for ever. */
  readonly lifeMs: number
  /** The slot's new text, for `store`. */
  readonly slot: string
}

/** `void`: overtaken or invalidated meanwhile, so nothing was stored. */
export type SettleResult = 'ok' | 'void'

/** One page of a sweep. */
export interface SweepPage {
  readonly scanned: number
  readonly removed: number
}

/**
 * Where entries live. Keys carry the namespace; tags do not. Every call settles within the store's deadline or rejects
 * with a CacheError, and then it is not known whether it was done.
 */
export interface EntryStore {
  /** Reads slot and markers in one round trip. */
  read(key: string, tags: readonly string[]): Promise<SlotRead>
  acquire(request: AcquireRequest): Promise<AcquireResult>
  /** Whether the lease still stood and was prolonged. */
  renew(lease: Lease): Promise<boolean>
  settle(request: SettleRequest): Promise<SettleResult>
  /** Removes the slots; resolves to how many were there. */
  remove(keys: readonly string[]): Promise<number>
  invalidateTags(tags: readonly string[]): Promise<void>
  /**
   * Goes through all names that fit the glob and removes the entries and leases among those that `wanted` accepts; one
   * page at a time, so that the caller can pace and stop it.
   */
  sweep(glob: string, options: SweepOptions): AsyncIterable<SweepPage>
}

/** What a sweep removes. */
export interface SweepOptions {
  readonly wanted: (key: string) => boolean
  readonly dryRun: boolean
}
