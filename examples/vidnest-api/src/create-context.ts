import { resolve } from 'node:path'
import type { Context } from './context.ts'
import { createLimits } from './http/limits.ts'
import { LocalStorage } from './media/local-storage.ts'
import { timesOf } from './config/times.ts'
import { createModels } from './models/models.ts'
import { defineSearchCache } from './modules/search/cache.ts'
import { defineUserCache, staleAfterSubscription, staleAfterUser } from './modules/users/cache.ts'
import { defineSessions, endSessionsAfter, refreshClient } from './modules/users/sessions.ts'
import { defineVideoCache, staleAfterVideo } from './modules/videos/cache.ts'

/** What a context is made from. */
export type ContextParts = Pick<Context, 'config' | 'log' | 'connection' | 'redis' | 'caches' | 'isDraining'>

/** Makes the models, what is cached of them, sessions and limits; builds the indexes. */
export async function createContext(parts: ContextParts): Promise<Context> {
  const { config, connection, redis, caches } = parts
  const models = createModels(connection, caches.values, {
    user: (change) => staleAfterUser(change, users),
    video: (change) => staleAfterVideo(change, { ...videos, ...users }),
    subscription: (change) => staleAfterSubscription(change, users),
    endSessions: (change) => endSessionsAfter(change, sessions),
  })
  const times = timesOf(config)
  const users = defineUserCache(caches, models, times)
  const sessions = defineSessions(config, redis.session, times)
  const videos = defineVideoCache(caches, models, times)
  await Promise.all(Object.values(models).map((model: { init(): Promise<unknown> }) => model.init()))
  const media = new LocalStorage(resolve(config.UPLOAD_DIR))
  await media.prepare()
  return {
    ...parts,
    models,
    media,
    users,
    videos,
    search: defineSearchCache(caches, times),
    sessions,
    requireSession: sessions.middleware(),
    limits: createLimits(config, redis.session, (req) => refreshClient(sessions, req)),
  }
}
