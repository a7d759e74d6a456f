import type { ParsedTemplate } from '../keys/template.ts'

/** A batch of deltas that a sink is to apply. */
export interface TakenBatch {
  readonly id: number
  readonly deltas: readonly (readonly [key: string, delta: number])[]
}

/** How one kind of counter counts. */
export interface CounterRules {
  /** Whether deltas are kept for a sink. */
  readonly hasSink: boolean
  /** The lowest count; `-Infinity` for none. */
  readonly floor: number
}

/** A count that was read from the source. */
export interface CounterSeeding {
  readonly value: number
  /** Id of the last batch that it contains. */
  readonly applied: number
  /** What {@link CounterStore.state} said before it was read. */
  readonly state: string
}

/** The steps of counting. Each happens as a whole, whatever happens beside it. */
export interface CounterStore {
  /** The counts by their full names; `undefined` for those to be seeded. */
  read(names: readonly string[]): Promise<(number | undefined)[]>
  /**
   * Adds, and keeps the delta under `field` for the sink. The new count; `undefined` when it must be seeded first.
   * @throws {CacheStoreError} on overflow.
   */
  add(name: string, field: string, by: number): Promise<number | undefined>
  /** Number of the last batch and whether it is being applied: if it changes while the source is read, read it again. */
  state(): Promise<string>
  /** The count after seeding; `undefined` when a batch moved meanwhile. */
  seed(name: string, field: string, seed: CounterSeeding): Promise<number | undefined>
  /** Forgets the shown count, not the deltas. */
  forget(name: string): Promise<void>
  /** The next batch to apply, or once more the one that was not acknowledged; `undefined` when nothing is pending. */
  take(lastApplied: number): Promise<TakenBatch | undefined>
  /** Forgets a batch that the sink has applied. */
  acknowledge(id: number): Promise<void>
  /** How many counters have deltas that the source may not have. */
  pending(): Promise<number>
}

/** Opens the store of one kind of counter, which its template names. */
export type OpenCounterStore = (parsed: ParsedTemplate, rules: CounterRules) => CounterStore
