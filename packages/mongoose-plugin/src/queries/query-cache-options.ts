import { CacheConfigError, type Duration, finiteDurationToMs, type Policy } from '@vidnest/cache-core'

/** What `.cache()` on a query and `Model.cachedAggregate()` take. */
export interface QueryCacheOptions {
  /** How long the result is fresh. @defaultValue that of the policy */
  readonly ttl?: Duration
  /** A policy, or the name of one of the cache. @defaultValue the plugin's `policy` */
  readonly policy?: Policy | string
  /** Tags beside those that the plugin finds itself. */
  readonly tags?: readonly string[]
  /**
   * Accepts that a result may be out of date until its TTL ends: for filters and orders on paths of `ignore`, and for
   * aggregations over collections without the plugin. What the plugin sees still invalidates. @defaultValue `false`
   */
  readonly ttlOnly?: boolean
}

const known = new Set(['ttl', 'policy', 'tags', 'ttlOnly'])

/** @throws {CacheConfigError} naming the path of the first bad option. */
export function checkQueryCacheOptions(options: unknown): asserts options is QueryCacheOptions {
  if (typeof options !== 'object' || options === null)
    throw new CacheConfigError('cache', 'must be an object of options, or false')
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new CacheConfigError(`cache.${name}`, 'there is no such option')
  }
  const { ttl, tags, ttlOnly } = options as Record<string, unknown>
  if (ttl !== undefined) finiteDurationToMs(ttl as Duration, 'cache.ttl')
  if (tags !== undefined && !(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')))
    throw new CacheConfigError('cache.tags', 'must be an array of texts')
  if (ttlOnly !== undefined && typeof ttlOnly !== 'boolean')
    throw new CacheConfigError('cache.ttlOnly', 'must be true or false')
}
