import { type Meter, type MeterProvider, metrics as globalMetrics, type Observable } from '@opentelemetry/api'
import { checkOptions } from '../check-options.ts'
import { allMetrics, CacheReadings } from '../metrics/cache-readings.ts'
import { loadDuration } from '../metrics/load-duration.ts'
import type { CacheMetric } from '../metrics/metric.ts'
import { observedCaches, type ObservedCache } from '../metrics/observed-caches.ts'
import { cacheAttributes, scopeName } from './attributes.ts'

/** Options of {@link openTelemetryMetrics}. */
export interface OpenTelemetryMetricsOptions {
  /** Where the meter comes from. @defaultValue the provider that the SDK has registered, at the time of the call */
  readonly meterProvider?: MeterProvider
}

/**
 * Tells OpenTelemetry what caches count: instruments `vidnest.cache.*` with the attributes `vidnest.cache.namespace` and
 * `vidnest.cache.definition`, never a key. A collection reads `cache.stats()`; between two of them only the ends of loads and
 * rare events are recorded. Call it once the SDK has started: without one it does nothing. The result ends it.
 * @throws {CacheConfigError} naming the wrong argument.
 */
export function openTelemetryMetrics(
  caches: ObservedCache | readonly ObservedCache[],
  options: OpenTelemetryMetricsOptions = {},
): () => void {
  const observed = observedCaches(caches)
  checkOptions(options, ['meterProvider'], 'options')
  const meter = (options.meterProvider ?? globalMetrics).getMeter(scopeName)
  const readings = new CacheReadings(observed)
  const stopObserving = observe(meter, readings)
  const histogram = meter.createHistogram(instrumentName(loadDuration), {
    description: loadDuration.help,
    unit: loadDuration.unit,
    advice: { explicitBucketBoundaries: [...loadDuration.buckets] },
  })
  const unsubscribe = observed.map((cache) =>
    cache.on('load', ({ definition, durationMs }) => {
      histogram.record(durationMs / 1000, cacheAttributes({ namespace: cache.namespace, definition }))
    }),
  )
  return () => {
    readings.stop()
    stopObserving()
    for (const stop of unsubscribe) stop()
  }
}

/** One callback for all instruments, so that a collection reads each cache once. */
function observe(meter: Meter, readings: CacheReadings): () => void {
  const instruments = new Map(allMetrics.map((metric) => [metric, createInstrument(meter, metric)]))
  const observables = [...instruments.values()]
  const callback: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
    const samples = readings.read()
    for (const [metric, instrument] of instruments) {
      for (const { labels, value } of samples.of(metric))
        result.observe(instrument, value, cacheAttributes(labels))
    }
  }
  meter.addBatchObservableCallback(callback, observables)
  return () => {
    meter.removeBatchObservableCallback(callback, observables)
  }
}

function createInstrument(meter: Meter, metric: CacheMetric): Observable {
  const name = instrumentName(metric)
  const options = { description: metric.help, unit: metric.unit }
  switch (metric.kind) {
    case 'counter':
      return meter.createObservableCounter(name, options)
    case 'level':
      return meter.createObservableUpDownCounter(name, options)
    case 'ratio':
    case 'state':
      return meter.createObservableGauge(name, options)
  }
}

function instrumentName({ name }: { readonly name: string }): string {
  return `vidnest.cache.${name}`
}
