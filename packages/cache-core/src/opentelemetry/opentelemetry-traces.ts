import { SpanKind, SpanStatusCode, trace as globalTrace, type TracerProvider } from '@opentelemetry/api'
import { checkOptions } from '../check-options.ts'
import { observedCaches, type ObservedCache } from '../metrics/observed-caches.ts'
import { cacheAttributes, scopeName } from './attributes.ts'

/** Options of {@link openTelemetryTraces}. */
export interface OpenTelemetryTracesOptions {
  /** Where the tracer comes from. @defaultValue the provider that the SDK has registered, also later */
  readonly tracerProvider?: TracerProvider
}

/**
 * Makes a span `cache.load` of every load, with the attributes `vidnest.cache.namespace` and `vidnest.cache.definition`,
 * never a key. It is a child of the span that was active in the call that led the load, and written when the load has ended:
 * what the loader did stands beside it, not below. Hits make no spans. The result ends it.
 * @throws {CacheConfigError} naming the wrong argument.
 */
export function openTelemetryTraces(
  caches: ObservedCache | readonly ObservedCache[],
  options: OpenTelemetryTracesOptions = {},
): () => void {
  const observed = observedCaches(caches)
  checkOptions(options, ['tracerProvider'], 'options')
  const tracer = (options.tracerProvider ?? globalTrace).getTracer(scopeName)
  const unsubscribe = observed.map((cache) =>
    cache.on('load', ({ definition, durationMs, failed }) => {
      const endTime = Date.now()
      const span = tracer.startSpan('cache.load', {
        kind: SpanKind.INTERNAL,
        startTime: endTime - durationMs,
        attributes: cacheAttributes({ namespace: cache.namespace, definition }),
      })
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', '_OTHER')
      span.end(endTime)
    }),
  )
  return () => {
    for (const stop of unsubscribe) stop()
  }
}
