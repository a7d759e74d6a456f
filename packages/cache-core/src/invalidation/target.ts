import type { Duration } from '../time/duration.ts'

/** One entry, by its key without the namespace. */
export interface KeyTarget {
  readonly key: string
}

/** Every entry that carries the tag. */
export interface TagTarget {
  readonly tag: string
}

/** Every entry whose key, without the namespace, fits the glob (as SCAN's MATCH). */
export interface PatternTarget {
  readonly pattern: string
}

/** Every entry of a definition with the given parameters; made by `targetMatching`. */
export interface MatchingTarget {
  readonly pattern: string
  /** Decides for each name that the pattern found, since a glob cannot tell where a value ends. */
  readonly matches: (key: string) => boolean
}

/** What an invalidation removes: one kind of target, or `'all'` cached values of the namespace. */
export type InvalidateTarget = KeyTarget | TagTarget | PatternTarget | MatchingTarget | 'all'

/** Progress of a sweep. */
export interface InvalidationProgress {
  /** Names that SCAN has returned so far. */
  readonly scanned: number
  /** Entries removed so far (or found, in a dry run). */
  readonly removed: number
}

/** How an invalidation is done. */
export interface InvalidateOptions {
  /**
   * `'hard'` ends every right to serve the entries. `'soft'` makes them stale from now: they may still be served as
   * `staleWhileRevalidate` and `staleIfError` of their policy allow. @defaultValue `'hard'`
   */
  readonly mode?: 'hard' | 'soft'
  /**
   * How long nothing may be stored for the targets after this: for a write that may still take effect after its caller saw
   * an error, or reads that lag behind it. Reads load without storing meanwhile. Only for keys and tags.
   * @defaultValue not at all
   */
  readonly hold?: Duration
  /** Only count what a pattern, a matching or an `'all'` target would remove. @defaultValue `false` */
  readonly dryRun?: boolean
  /** Stops a sweep between two pages; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called after each page of a sweep. */
  readonly onProgress?: (progress: InvalidationProgress) => void
  /** Overrides `onInvalidationFailure` of the cache for this call. */
  readonly onFailure?: 'throw' | 'queue'
}

/** What an invalidation did. Once its promise resolves without `queued`, no older value is ever served again. */
export interface InvalidationReport {
  /** Single entries that were asked for. */
  readonly keys: number
  /** Tags that were marked. */
  readonly tags: number
  /** Names that a sweep looked at. */
  readonly scanned: number
  /** Entries that were there and are gone; tags count none, since their entries are judged when they are read. */
  readonly removed: number
  /** Targets that could not be reached and will be retried: not yet an acknowledgement. */
  readonly queued: number
  readonly dryRun: boolean
}
