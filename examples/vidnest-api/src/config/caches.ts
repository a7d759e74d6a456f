import { type Cache, createCache, type Duration, type Policy } from '@vidnest/cache-core'
import type { Redis } from 'ioredis'
import type { Config } from './config.ts'

/** How long each kind of value lives: the table of the README, by name. */
export type PolicyName = 'list' | 'video' | 'trending' | 'user' | 'channel' | 'search'

/** The two caches: values may be lost, counts may not. */
export interface Caches {
  readonly values: Cache
  readonly counts: Cache
}

/** Expiries of entries that were written together are spread by this share. */
const jitter = 0.1

/** Makes the caches on their clients; without Redis (`CACHE=off`) both are switched off. */
export function createCaches(
  config: Config,
  clients: { readonly cache: Redis; readonly session: Redis },
): Caches {
  const lasting = (ttl: number): Policy => ({ ttl: `${ttl}s` satisfies Duration, jitter })
  const policies: Record<PolicyName, Policy> = {
    list: lasting(config.REDIS_VIDEO_LIST_TTL),
    video: lasting(config.REDIS_VIDEO_TTL),
    trending: lasting(config.REDIS_TRENDING_TTL),
    user: lasting(config.REDIS_USER_TTL),
    channel: lasting(config.REDIS_CHANNEL_TTL),
    search: lasting(config.REDIS_SEARCH_TTL),
  }
  const common = { namespace: config.CACHE_NAMESPACE, enabled: config.CACHE }
  return {
    values: createCache({ ...common, redis: clients.cache, policies, onInvalidationFailure: 'queue' }),
    counts: createCache({ ...common, redis: clients.session, redisTimeout: '250ms' }),
  }
}
