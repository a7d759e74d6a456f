import type { Sessions } from '@vidnest/express-middleware'
import type { RequestHandler } from 'express'
import type { Redis } from 'ioredis'
import type { Connection } from 'mongoose'
import type { Logger } from 'pino'
import type { Caches } from './config/caches.ts'
import type { Config } from './config/config.ts'
import type { Limits } from './http/limits.ts'
import type { MediaStorage } from './media/media-storage.ts'
import type { Models } from './models/models.ts'
import type { SearchCache } from './modules/search/cache.ts'
import type { UserCache } from './modules/users/cache.ts'
import type { VideoCache } from './modules/videos/cache.ts'

/** Everything that routes and services work with; made once by `startVidNest`. */
export interface Context {
  readonly config: Config
  readonly log: Logger
  readonly connection: Connection
  readonly redis: { readonly cache: Redis; readonly session: Redis }
  readonly models: Models
  readonly caches: Caches
  readonly videos: VideoCache
  readonly users: UserCache
  readonly search: SearchCache
  readonly sessions: Sessions
  /** Lets only requests with a session go on: 401, or 503 while that cannot be known. */
  readonly requireSession: RequestHandler
  readonly limits: Limits
  readonly media: MediaStorage
  readonly isDraining: () => boolean
}
