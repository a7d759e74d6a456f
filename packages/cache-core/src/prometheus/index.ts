export { prometheusMetrics } from './prometheus-metrics.ts'
export type { PrometheusOptions, PrometheusRegistry } from './options.ts'
export type { ObservedCache } from '../metrics/observed-caches.ts'
