import type { CacheStats, DefinitionStats, MemoryStats } from '../observability/stats.ts'
import { counter, type CacheMetric } from './metric.ts'

// Each table has a row for every field of its type, so that a new one does not compile without a metric.

/** How each count of a definition is shown. */
export const definitionMetrics: Readonly<Record<keyof DefinitionStats, CacheMetric>> = {
  hits: counter('hits', '{read}', 'Reads that found a fresh value, in whichever tier.'),
  memoryHits: counter('memory_hits', '{read}', 'Those of the hits that the near tier answered.'),
  staleHits: counter(
    'stale_hits',
    '{read}',
    'Reads answered with a stale value at once, while it was loaded again.',
  ),
  misses: counter('misses', '{read}', 'Reads that found no usable value.'),
  hitRatio: {
    name: 'hit_ratio',
    kind: 'ratio',
    unit: '1',
    help: 'Hits and stale hits among all reads since the start; for a window of time, divide the rates.',
  },
  staleFallbacks: counter(
    'stale_fallbacks',
    '{read}',
    'Misses answered with a stale value, since the loader failed or took too long.',
  ),
  refreshes: counter(
    'refreshes',
    '{load}',
    'Loads that began in the background, early or for a stale value.',
  ),
  loads: counter('loads', '{load}', 'Loaders that ran.'),
  loadErrors: counter('load_errors', '{load}', 'Loads that failed.'),
  loadTimeouts: counter(
    'load_timeouts',
    '{load}',
    'Loads that ran into hardTimeout; they count as errors too.',
  ),
  loadMs: counter('load_time', 's', 'Time spent in loaders.'),
  joined: counter('joined', '{read}', 'Callers that waited for a load of this process already on its way.'),
  waited: counter('waited', '{wait}', 'Waits of callers for a load of another process.'),
  fills: counter('fills', '{value}', 'Values that were stored.'),
  fillBytes: counter('fill_size', 'By', 'Bytes of the values that were stored.'),
  fillsDiscarded: counter(
    'fills_discarded',
    '{value}',
    'Values not stored, since they were invalidated or overtaken meanwhile.',
  ),
}

/** How what belongs to a cache as a whole is shown. */
export const cacheMetrics: Readonly<
  Record<Exclude<keyof CacheStats, keyof DefinitionStats | 'definitions' | 'memory'>, CacheMetric>
> = {
  invalidations: counter(
    'invalidations',
    '{target}',
    'Entries and tags invalidated, sweeps counted by what they removed.',
  ),
  invalidationsFailed: counter(
    'invalidations_failed',
    '{invalidation}',
    'Invalidations that Redis did not acknowledge: rejected, or queued.',
  ),
  invalidationsQueued: {
    name: 'invalidations_queued',
    kind: 'level',
    unit: '{target}',
    help: 'Invalidations that wait for Redis.',
  },
  storeErrors: counter('store_errors', '{operation}', 'Redis operations that failed or timed out.'),
  breaker: {
    name: 'breaker_state',
    kind: 'state',
    unit: '1',
    help: 'Whether Redis is asked: 0 as usual (closed), 1 to find out (half-open), 2 not at all (open).',
  },
}

/** How the near tier is shown, where there is one. */
export const memoryMetrics: Readonly<Record<keyof MemoryStats, CacheMetric>> = {
  entries: { name: 'memory_entries', kind: 'level', unit: '{entry}', help: 'Entries in the near tier.' },
  bytes: {
    name: 'memory_size',
    kind: 'level',
    unit: 'By',
    help: 'Bytes that the entries of the near tier take.',
  },
  evictions: counter('memory_evictions', '{entry}', 'Entries of the near tier that gave way to others.'),
  bypassed: {
    name: 'memory_bypassed',
    kind: 'state',
    unit: '1',
    help: 'Whether reads pass the near tier by: 1 while its messages cannot be trusted.',
  },
}
