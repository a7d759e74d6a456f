import type { CacheEventName, CacheEvents } from '../observability/events.ts'
import { counter, type CacheMetric } from './metric.ts'

/** A metric that counts events of one kind. */
export interface EventMetric<Name extends CacheEventName> extends CacheMetric {
  /** Whether the event names a definition. */
  readonly per: 'definition' | 'cache'
  /** How much one event adds. */
  readonly amount: (event: CacheEvents[Name]) => number
}

/**
 * How each event is counted. What happens often is counted by the statistics already (`true`), and listening to it would slow
 * reads; a new event does not compile without a row here.
 */
export const eventMetrics: { readonly [Name in CacheEventName]: EventMetric<Name> | true } = {
  hit: true,
  stale: true,
  miss: true,
  joined: true,
  waited: true,
  refresh: true,
  load: true,
  fill: true,
  fillDiscarded: true,
  invalidate: true,
  storeError: true,
  invalidationFailed: {
    ...counter(
      'invalidations_rejected',
      '{invalidation}',
      'Invalidations that failed and were not queued: whoever asked must try again.',
    ),
    per: 'cache',
    amount: ({ queued }) => (queued ? 0 : 1),
  },
  invalidationReplayed: {
    ...counter(
      'invalidations_replayed',
      '{target}',
      'Invalidations that had waited for Redis and were done.',
    ),
    per: 'cache',
    amount: ({ count }) => count,
  },
  codecError: {
    ...counter(
      'codec_errors',
      '{value}',
      'Values that could not be encoded or decoded, or did not fit the schema.',
    ),
    per: 'definition',
    amount: () => 1,
  },
  recovered: {
    ...counter('recoveries', '{recovery}', 'Times that Redis answered again after it could not be asked.'),
    per: 'cache',
    amount: () => 1,
  },
  breaker: {
    ...counter('breaker_openings', '{opening}', 'Times that the breaker stopped asking Redis.'),
    per: 'cache',
    amount: ({ state }) => (state === 'open' ? 1 : 0),
  },
  epoch: {
    ...counter('epochs', '{epoch}', 'Servers met that may have lost acknowledged writes.'),
    per: 'cache',
    amount: () => 1,
  },
  nearTier: {
    ...counter(
      'memory_bypasses',
      '{bypass}',
      'Times that the near tier was emptied, since its messages could not be trusted.',
    ),
    per: 'cache',
    amount: ({ bypassed }) => (bypassed ? 1 : 0),
  },
  warning: {
    ...counter('warnings', '{warning}', 'Warnings for a developer to look at.'),
    per: 'cache',
    amount: () => 1,
  },
}
