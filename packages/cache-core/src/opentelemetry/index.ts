export { openTelemetryMetrics, type OpenTelemetryMetricsOptions } from './opentelemetry-metrics.ts'
export { openTelemetryTraces, type OpenTelemetryTracesOptions } from './opentelemetry-traces.ts'
export type { ObservedCache } from '../metrics/observed-caches.ts'
