import type { ParamsOf } from '../keys/params.ts'
import type { Duration } from '../time/duration.ts'

/** Deltas that are to be added to the source, once. */
export interface CounterBatch {
  /** Which part of the counters: batches of one shard are applied in the order of their ids. */
  readonly shard: string
  /** Grows with every batch of a shard. */
  readonly id: number
  /** What to add, by the counter's key without the namespace and by its parameters as text. */
  readonly deltas: readonly CounterDelta[]
}

/** One counter's share of a batch. */
export interface CounterDelta {
  readonly key: string
  readonly params: Readonly<Record<string, string>>
  readonly delta: number
}

/**
 * Where counts end up. A crash can hand the same batch over again, so `apply` must be idempotent: it adds each delta
 * only where it has not yet applied a batch of that shard with this id or a later one.
 */
export interface CounterSink {
  apply(batch: CounterBatch): Promise<void>
  /** Id of the last batch of that shard that was applied, 0 for none: numbers continue above it when Redis lost its own. */
  lastApplied(shard: string): Promise<number>
}

/** A count read from the source. */
export interface CounterSeed {
  readonly value: number
  /** Id of the last batch that `value` contains. @defaultValue all that were handed to the sink */
  readonly applied?: number
}

/** What {@link Cache.counter} takes. */
export interface CounterOptions<Template extends string> {
  readonly key: Template
  /** Reads the count from the source, when Redis has none. */
  readonly seed: (params: ParamsOf<Template>) => number | CounterSeed | Promise<number | CounterSeed>
  /** Where deltas are flushed to; without one the counter lives in Redis alone. */
  readonly sink?: CounterSink
  /** How often deltas are flushed. @defaultValue only `flush()` and `close()` do */
  readonly flushEvery?: Duration
  /** Lets the counter fall below 0. @defaultValue `false` */
  readonly allowNegative?: boolean
}

/** Counts in Redis, seeded from the source and flushed back to it. */
export interface Counter<Params> {
  readonly name: string
  /** Adds `by` (a whole number, default 1) and resolves to the count. @throws {CacheError} when the outcome is unknown. */
  increment(params: Params, by?: number): Promise<number>
  /** Subtracts `by` (default 1); stops at 0 unless `allowNegative`. */
  decrement(params: Params, by?: number): Promise<number>
  /** The count, seeded when Redis has none; from the source when Redis cannot be asked. */
  get(params: Params): Promise<number>
  /** The counts, in order. */
  getMany(params: readonly Params[]): Promise<number[]>
  /** Forgets the shown count: the next touch seeds it again. */
  reset(params: Params): Promise<void>
  /** Hands all pending deltas to the sink; resolves to how many counters were flushed. */
  flush(): Promise<number>
  /** How many counters have deltas that are not yet in the source. */
  pending(): Promise<number>
}
