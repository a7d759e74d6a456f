import type { Attributes } from '@opentelemetry/api'
import type { MetricLabels } from '../metrics/metric.ts'

/** Name of the meter and of the tracer. */
export const scopeName = '@vidnest/cache-core'

/** The attributes that metrics and spans have in common: a definition, never a key. */
export function cacheAttributes({ namespace, definition }: MetricLabels): Attributes {
  const attributes: Attributes = { 'vidnest.cache.namespace': namespace }
  if (definition !== undefined) attributes['vidnest.cache.definition'] = definition
  return attributes
}
