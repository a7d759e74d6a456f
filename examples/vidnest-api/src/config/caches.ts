import { type Cache, createCache } from '@vidnest/cache-core'
import type { Redis } from 'ioredis'
import type { Config } from './config.ts'

/** The two caches: values may be lost, counts may not. What is in them is defined by `src/modules/<area>/cache.ts`. */
export interface Caches {
  readonly values: Cache
  readonly counts: Cache
}

/** Makes the caches on their clients; without Redis (`CACHE=off`) both are switched off. */
export function createCaches(
  config: Config,
  clients: { readonly cache: Redis; readonly session: Redis },
): Caches {
  const common = { namespace: config.CACHE_NAMESPACE, enabled: config.CACHE }
  return {
    values: createCache({ ...common, redis: clients.cache, onInvalidationFailure: 'queue' }),
    counts: createCache({ ...common, redis: clients.session, redisTimeout: '250ms' }),
  }
}
