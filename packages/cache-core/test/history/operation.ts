/** What one client of one process did, with times of the monotonic clock that all processes of a host share, in ms. */
export type Operation = Read | Write

interface Timed {
  /** Process and client, such as `'0:5'`. */
  readonly client: string
  readonly key: number
  readonly start: number
  readonly end: number
}

export interface Read extends Timed {
  readonly kind: 'read'
  /** Version of the row that was read; 0 when there was none. */
  readonly version: number
  /** When the source was read for it. */
  readonly readAt: number
  /** Whether the value's checksum fits its key and version. */
  readonly intact: boolean
  /** Whether a fresh value was asked for. */
  readonly fresh: boolean
}

export interface Write extends Timed {
  readonly kind: 'write'
  /** Version that was committed. */
  readonly version: number
  /** When the invalidation was asked for. */
  readonly invalidatedAt: number
  /** Whether the invalidation was acknowledged. */
  readonly acknowledged: boolean
}

/** A version that the source has committed; told at once, since its writer may die before it has invalidated. */
export interface Commit {
  readonly kind: 'commit'
  readonly key: number
  readonly version: number
  /** When it was committed, at the latest. */
  readonly at: number
}

/** One load of the source; `alone` when it holds no lease, so that its value is not stored. */
export interface Load {
  readonly kind: 'load' | 'alone'
  readonly key: number
  readonly at: number
}

/** What a process reports when it ends. */
export interface Summary {
  readonly kind: 'summary'
  readonly hits: number
  readonly memoryHits: number
  readonly misses: number
  readonly fillsDiscarded: number
}

/** One line of a process. */
export type Line = Operation | Commit | Load | Summary

/** Monotonic milliseconds, comparable between the processes of one host. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
