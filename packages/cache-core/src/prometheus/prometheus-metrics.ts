import type { Metric } from 'prom-client'
import { CacheConfigError } from '../errors.ts'
import { allMetrics, CacheReadings } from '../metrics/cache-readings.ts'
import { loadDuration } from '../metrics/load-duration.ts'
import { observedCaches, type ObservedCache } from '../metrics/observed-caches.ts'
import { createCollector, createLoadHistogram, metricName } from './collectors.ts'
import { type PrometheusOptions, resolveOptions } from './options.ts'

/**
 * Shows what caches count in a prom-client registry, labelled by `namespace` and `definition`, never by key. A scrape reads
 * `cache.stats()`; between scrapes only the ends of loads and rare events are counted. Give all caches of a registry in one
 * call. The result takes the metrics out of the registry and stops counting.
 * @throws {CacheConfigError} naming the wrong argument, also where the registry has a metric of one of the names already.
 */
export function prometheusMetrics(
  caches: ObservedCache | readonly ObservedCache[],
  options: PrometheusOptions = {},
): () => void {
  const observed = observedCaches(caches)
  const { register, prefix, loadBuckets } = resolveOptions(options)
  const loadName = `${prefix}_${loadDuration.name}_seconds`
  const names = new Map(allMetrics.map((metric) => [`${prefix}_${metricName(metric)}`, metric]))
  for (const name of [loadName, ...names.keys()]) {
    if (register.getSingleMetric(name) === undefined) continue
    throw new CacheConfigError(
      'register',
      `has a metric '${name}' already: give all caches in one call, or another prefix`,
    )
  }
  const readings = new CacheReadings(observed)
  const read = oncePerTurn(() => readings.read())
  const histogram = createLoadHistogram(loadName, loadBuckets)
  const metrics = new Map<string, Metric>()
  for (const [name, metric] of names) metrics.set(name, createCollector(name, metric, read))
  metrics.set(loadName, histogram)
  for (const metric of metrics.values()) register.registerMetric(metric)
  const unsubscribe = observed.map((cache) =>
    cache.on('load', ({ definition, durationMs }) => {
      histogram.observe({ namespace: cache.namespace, definition }, durationMs / 1000)
    }),
  )
  return () => {
    readings.stop()
    for (const stop of unsubscribe) stop()
    for (const [name, metric] of metrics) {
      // A registry that was cleared may hold somebody else's by now.
      if (register.getSingleMetric(name) === metric) register.removeSingleMetric(name)
    }
  }
}

/** A scrape collects all metrics in one turn of the event loop: one reading serves them all. */
function oncePerTurn<Result extends object>(read: () => Result): () => Result {
  let kept: Result | undefined
  return () => {
    if (kept === undefined) {
      kept = read()
      queueMicrotask(() => {
        kept = undefined
      })
    }
    return kept
  }
}
