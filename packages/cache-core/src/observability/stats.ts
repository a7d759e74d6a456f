/** Counts since the cache was made. */
export interface DefinitionStats {
  readonly hits: number
  readonly misses: number
  /** Hits among hits and misses; 0 before the first read. */
  readonly hitRatio: number
  /** Loaders that ran. */
  readonly loads: number
  readonly loadErrors: number
  /** Callers that waited for a load already on its way. */
  readonly joined: number
  readonly fills: number
  readonly fillsDiscarded: number
}

/** What {@link Cache.stats} returns. */
export interface CacheStats extends DefinitionStats {
  /** Entries and tags invalidated, sweeps counted by what they removed. */
  readonly invalidations: number
  readonly invalidationsFailed: number
  /** Invalidations that wait for Redis. */
  readonly invalidationsQueued: number
  /** Redis operations that failed or timed out. */
  readonly storeErrors: number
  readonly definitions: Readonly<Record<string, DefinitionStats>>
}

type Mutable<Shape> = { -readonly [Name in keyof Shape]: Shape[Name] }

/** The counters of one definition, raised in place on the hot path. */
export type DefinitionCounters = Mutable<Omit<DefinitionStats, 'hitRatio'>>

/** Counters at zero. */
export function createDefinitionCounters(): DefinitionCounters {
  return { hits: 0, misses: 0, loads: 0, loadErrors: 0, joined: 0, fills: 0, fillsDiscarded: 0 }
}

/** A snapshot of the counters with what follows from them. */
export function definitionStats(counters: DefinitionCounters): DefinitionStats {
  const reads = counters.hits + counters.misses
  return { ...counters, hitRatio: reads === 0 ? 0 : counters.hits / reads }
}

/** The counters of all definitions added up. */
export function sumCounters(all: Iterable<DefinitionCounters>): DefinitionCounters {
  const sum = createDefinitionCounters()
  for (const counters of all) {
    for (const name of Object.keys(sum) as (keyof DefinitionCounters)[]) sum[name] += counters[name]
  }
  return sum
}
