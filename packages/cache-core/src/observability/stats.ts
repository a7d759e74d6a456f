import type { CacheEvents } from './events.ts'

/** Counts since the cache was made. */
export interface DefinitionStats {
  /** Reads that found a fresh value, in whichever tier. */
  readonly hits: number
  /** Those of the hits that the near tier answered. */
  readonly memoryHits: number
  /** Reads that were answered with a stale value at once, while it was loaded again. */
  readonly staleHits: number
  /** Reads that found no usable value. */
  readonly misses: number
  /** Hits and stale hits among all reads; 0 before the first read. */
  readonly hitRatio: number
  /** Misses that were answered with a stale value because the loader failed or took too long. */
  readonly staleFallbacks: number
  /** Loads that began in the background, early or for a stale value. */
  readonly refreshes: number
  /** Loaders that ran. */
  readonly loads: number
  /** Loads that failed. */
  readonly loadErrors: number
  /** Loads that ran into `hardTimeout`; they count as errors too. */
  readonly loadTimeouts: number
  /** Time spent in loaders, in milliseconds. */
  readonly loadMs: number
  /** Callers that waited for a load of this process already on its way. */
  readonly joined: number
  /** Waits of callers for a load of another process. */
  readonly waited: number
  /** Values that were stored. */
  readonly fills: number
  /** Bytes stored by fills. */
  readonly fillBytes: number
  /** Values that were not stored, because they were invalidated or overtaken while they were loaded or written. */
  readonly fillsDiscarded: number
}

/** What `cache.stats()` returns: sums over all definitions, and what belongs to none. */
export interface CacheStats extends DefinitionStats {
  /** Entries and tags invalidated, sweeps counted by what they removed. */
  readonly invalidations: number
  /** Invalidations that Redis did not acknowledge, whether they were rejected or queued. */
  readonly invalidationsFailed: number
  /** Invalidations that wait for Redis. */
  readonly invalidationsQueued: number
  /** Redis operations that failed or timed out. */
  readonly storeErrors: number
  /** Whether Redis is asked: as usual (`closed`), not at all (`open`), or to find out (`half-open`). */
  readonly breaker: CacheEvents['breaker']['state']
  /** What is held in memory: by the near tier, or by a cache that has no Redis. */
  readonly memory?: MemoryStats
  /** The counts of each definition by its key template; those of the ad-hoc `cache.getOrSet` as `ad-hoc`. */
  readonly definitions: Readonly<Record<string, DefinitionStats>>
}

/** What is held in the memory of this process. */
export interface MemoryStats {
  /** Entries that it holds now. */
  readonly entries: number
  /** Bytes that they take. */
  readonly bytes: number
  /** Entries that gave way to others. */
  readonly evictions: number
  /** Whether reads pass it by because its messages cannot be trusted at the moment. */
  readonly bypassed: boolean
}

type Mutable<Shape> = { -readonly [Name in keyof Shape]: Shape[Name] }

/** The counters of one definition, raised in place on the hot path. */
export type DefinitionCounters = Mutable<Omit<DefinitionStats, 'hitRatio'>>

/** Counters at zero. */
export function createDefinitionCounters(): DefinitionCounters {
  return {
    hits: 0,
    memoryHits: 0,
    staleHits: 0,
    misses: 0,
    staleFallbacks: 0,
    refreshes: 0,
    loads: 0,
    loadErrors: 0,
    loadTimeouts: 0,
    loadMs: 0,
    joined: 0,
    waited: 0,
    fills: 0,
    fillBytes: 0,
    fillsDiscarded: 0,
  }
}

/** A snapshot of the counters with what follows from them. */
export function definitionStats(counters: DefinitionCounters): DefinitionStats {
  const answered = counters.hits + counters.staleHits
  const reads = answered + counters.misses
  return { ...counters, hitRatio: reads === 0 ? 0 : answered / reads }
}

/** The counters of all definitions added up. */
export function sumCounters(all: Iterable<DefinitionCounters>): DefinitionCounters {
  const sum = createDefinitionCounters()
  for (const counters of all) {
    for (const name of Object.keys(sum) as (keyof DefinitionCounters)[]) sum[name] += counters[name]
  }
  return sum
}
