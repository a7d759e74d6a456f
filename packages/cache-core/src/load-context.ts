import type { Duration } from './time/duration.ts'

/** What a loader is told, and how it steers what happens to its value. */
export interface LoadContext<Stale = unknown> {
  /** Aborted when nobody waits for the value any more. */
  readonly signal: AbortSignal
  /** The value that is being replaced, where there is one. */
  readonly stale: Stale | undefined
  /**
   * Returns `value` to the callers without storing it.
   * `shared: false` keeps it for the caller whose load this is: the others load for themselves. @defaultValue `shared: true`
   */
  skip<Value>(value: Value, options?: { readonly shared?: boolean }): Value
  /** Overrides the policy's TTL for this value. */
  ttl(duration: Duration): void
  /** Adds tags to this value, as `valueTags` does. */
  tags(tags: readonly string[]): void
}

/** Loads the value of a key from the source. `undefined` means that there is none, and is never stored. */
export type Loader<Value, Stale = unknown> = (context: LoadContext<Stale>) => Value | Promise<Value>

/** What a batch loader is told. */
export interface BatchContext<Stale = unknown> {
  /** Aborted when nobody waits for any of the values any more. */
  readonly signal: AbortSignal
  /**
   * The context of one value, by its position among the missing ones: what it replaces, and how it is to be kept.
   * @throws {CacheConfigError} for a position that there is not.
   */
  of(position: number): LoadContext<Stale>
}

/**
 * Loads the values of many keys from the source, in one go and in order. `undefined` means that there is none; an `Error`
 * in the place of a value is that key's alone.
 */
export type LoadMany<Params, Value> = (
  missing: readonly Params[],
  context: BatchContext<Value>,
) => readonly (Value | undefined | Error)[] | Promise<readonly (Value | undefined | Error)[]>
