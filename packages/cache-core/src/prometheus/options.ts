import { register as globalRegister, type Registry } from 'prom-client'
import { checkOptions } from '../check-options.ts'
import { CacheConfigError } from '../errors.ts'
import { loadDuration } from '../metrics/load-duration.ts'

/** What is needed of a prom-client registry, whichever copy of prom-client made it. */
export type PrometheusRegistry = Pick<Registry, 'registerMetric' | 'getSingleMetric' | 'removeSingleMetric'>

/** Options of `prometheusMetrics`. */
export interface PrometheusOptions {
  /** The registry that shows the metrics. @defaultValue prom-client's global one */
  readonly register?: PrometheusRegistry
  /** What every name begins with. @defaultValue `'vidnest_cache'` */
  readonly prefix?: string
  /** Upper bounds of the histogram of load times, in seconds, rising. @defaultValue 14 bounds from 1 ms to 30 s */
  readonly loadBuckets?: readonly number[]
}

/** The options with their defaults. @throws {CacheConfigError} naming the wrong one. */
export function resolveOptions(options: PrometheusOptions): Required<PrometheusOptions> {
  checkOptions(options, ['register', 'prefix', 'loadBuckets'], 'options')
  const { register = globalRegister, prefix = 'vidnest_cache', loadBuckets = loadDuration.buckets } = options
  if (typeof (register as Partial<PrometheusRegistry> | null)?.registerMetric !== 'function')
    throw new CacheConfigError('register', 'must be a Registry of prom-client')
  if (typeof prefix !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix))
    throw new CacheConfigError('prefix', 'must be letters, digits and underscores, and begin with no digit')
  if (!rises(loadBuckets)) {
    throw new CacheConfigError(
      'loadBuckets',
      'must be an array of numbers above 0, each above the one before',
    )
  }
  return { register, prefix, loadBuckets }
}

function rises(bounds: unknown): boolean {
  if (!Array.isArray(bounds) || bounds.length === 0) return false
  return bounds.every(
    (bound: unknown, index) => Number.isFinite(bound) && (bound as number) > Number(bounds[index - 1] ?? 0),
  )
}
