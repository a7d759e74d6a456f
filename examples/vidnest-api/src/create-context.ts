import { createSessions, type Sessions } from '@vidnest/express-middleware'
import { resolve } from 'node:path'
import type { Config } from './config/config.ts'
import type { Context } from './context.ts'
import { createLimits } from './http/limits.ts'
import { LocalStorage } from './media/local-storage.ts'
import { createModels } from './models/models.ts'
import { defineSearchCache } from './modules/search/cache.ts'
import { defineUserCache } from './modules/users/cache.ts'
import { defineVideoCache } from './modules/videos/cache.ts'
import { defineVideoCounters } from './modules/videos/counters.ts'

/** What a context is made from. */
export type ContextParts = Pick<Context, 'config' | 'log' | 'connection' | 'redis' | 'caches' | 'isDraining'>

/** Makes the models, what is cached of them, sessions and limits; builds the indexes. */
export async function createContext(parts: ContextParts): Promise<Context> {
  const { config, connection, redis, caches } = parts
  const models = createModels(connection, caches.values)
  await Promise.all(Object.values(models).map((model: { init(): Promise<unknown> }) => model.init()))
  const media = new LocalStorage(resolve(config.UPLOAD_DIR))
  await media.prepare()
  return {
    ...parts,
    models,
    media,
    users: defineUserCache(caches.values, models),
    videos: defineVideoCache(caches.values, models),
    search: defineSearchCache(caches.values, models),
    counters: defineVideoCounters(caches.counts, models, config.COUNTER_SYNC_SECONDS),
    sessions: vidnestSessions(config, redis.session),
    limits: createLimits(config, redis.session),
  }
}

function vidnestSessions(config: Config, redis: Context['redis']['session']): Sessions {
  return createSessions({
    redis,
    namespace: config.CACHE_NAMESPACE,
    secret: config.ACCESS_TOKEN_SECRET,
    idleTtl: `${config.REDIS_SESSION_TTL}s`,
    absoluteTtl: '30d',
    trustedOrigins: config.CORS_ORIGIN,
    cookies: { secure: config.COOKIE_SECURE },
    // A read with a good token goes on while Redis is away; whatever changes something does not.
    onStoreError: 'token',
  })
}
