import {
  definitionStats,
  sumCounters,
  type CacheStats,
  type DefinitionStats,
} from '../observability/stats.ts'
import { cacheMetrics, definitionMetrics, memoryMetrics } from './catalog.ts'
import { EventCounts } from './event-counts.ts'
import { eventMetrics } from './event-metrics.ts'
import type { CacheMetric, MetricLabels } from './metric.ts'
import type { ObservedCache } from './observed-caches.ts'
import { Samples } from './samples.ts'

/** Every metric but the distribution of load times. */
export const allMetrics: readonly CacheMetric[] = [
  ...Object.values(definitionMetrics),
  ...Object.values(cacheMetrics),
  ...Object.values(memoryMetrics),
  ...Object.values(eventMetrics).filter((metric) => metric !== true),
]

/**
 * Reads the metrics of caches. Caches of one namespace, such as one of values and one of counters, are shown as one: their
 * labels are the same.
 */
export class CacheReadings {
  readonly #namespaces: ReadonlyMap<string, readonly ObservedCache[]>
  readonly #events: EventCounts

  constructor(caches: readonly ObservedCache[]) {
    this.#namespaces = Map.groupBy(caches, ({ namespace }) => namespace)
    this.#events = new EventCounts(caches)
  }

  /** The samples of this moment. */
  read(): Samples {
    const samples = new Samples()
    for (const [namespace, caches] of this.#namespaces) {
      const all = caches.map((cache) => cache.stats())
      const definitions = mergeDefinitions(all)
      for (const [definition, stats] of definitions)
        addFields(samples, definitionMetrics, { labels: { namespace, definition }, stats })
      for (const stats of all) {
        addFields(samples, cacheMetrics, { labels: { namespace }, stats })
        if (stats.memory !== undefined)
          addFields(samples, memoryMetrics, { labels: { namespace }, stats: stats.memory })
      }
      this.#events.addTo(samples, namespace, definitions.keys())
    }
    return samples
  }

  /** Counts no more events. */
  stop(): void {
    this.#events.stop()
  }
}

type Field = number | boolean | CacheStats['breaker']

const breakerLevels: Readonly<Record<CacheStats['breaker'], number>> = { closed: 0, 'half-open': 1, open: 2 }

function mergeDefinitions(all: readonly CacheStats[]): ReadonlyMap<string, DefinitionStats> {
  const parts = all.flatMap(({ definitions }) => Object.entries(definitions))
  const byName = Map.groupBy(parts, ([name]) => name)
  return new Map(
    [...byName].map(([name, same]) => [name, definitionStats(sumCounters(same.map(([, stats]) => stats)))]),
  )
}

function addFields<Name extends string>(
  samples: Samples,
  metrics: Readonly<Record<Name, CacheMetric>>,
  { labels, stats }: { readonly labels: MetricLabels; readonly stats: Readonly<Record<Name, Field>> },
): void {
  for (const [name, metric] of Object.entries(metrics) as [Name, CacheMetric][]) {
    const field: Field = stats[name]
    const value = typeof field === 'string' ? breakerLevels[field] : Number(field)
    // Statistics are in milliseconds, metrics in seconds.
    samples.add(metric, labels, metric.unit === 's' ? value / 1000 : value)
  }
}
