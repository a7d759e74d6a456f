import type { Cache } from '../cache.ts'
import { CacheConfigError } from '../errors.ts'

/** What metrics and traces need of a cache. */
export type ObservedCache = Pick<Cache, 'namespace' | 'stats' | 'on'>

/** The caches that were given, each once. @throws {CacheConfigError} for what is none. */
export function observedCaches(given: ObservedCache | readonly ObservedCache[]): readonly ObservedCache[] {
  const caches: readonly unknown[] = Array.isArray(given) ? given : [given]
  const wrong = caches.findIndex((cache) => !isCache(cache))
  if (wrong >= 0)
    throw new CacheConfigError(`caches[${String(wrong)}]`, 'must be a cache that createCache made')
  return [...new Set(caches)] as ObservedCache[]
}

function isCache(cache: unknown): boolean {
  const { namespace, stats, on } = (cache ?? {}) as Partial<ObservedCache>
  return typeof namespace === 'string' && typeof stats === 'function' && typeof on === 'function'
}
