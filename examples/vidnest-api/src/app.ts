import compression from 'compression'
import cors from 'cors'
import express, { type Express, Router } from 'express'
import helmet from 'helmet'
import type { Context } from './context.ts'
import { dataSourceHeader } from './http/data-source.ts'
import { errorHandler, notFound } from './http/errors.ts'
import { requestLog } from './http/request-log.ts'
import { mediaPath } from './media/local-storage.ts'
import { healthRoutes, opsRoutes } from './modules/ops/routes.ts'
import { searchRoutes } from './modules/search/routes.ts'
import { userRoutes } from './modules/users/routes.ts'
import { videoRoutes } from './modules/videos/routes.ts'

/** Largest JSON body. */
const bodyLimit = '100kb'

/** Builds the Express application of a context. */
export function createApp(context: Context): Express {
  const { config, log, connection, media, sessions, requireSession, limits, caches } = context
  const app = express()
  app.set('trust proxy', config.TRUST_PROXY)
  app.set('query parser', 'simple')
  app.use(requestLog(log))
  app.use(helmet())
  app.use(cors({ origin: [...config.CORS_ORIGIN], credentials: true }))
  app.use(compression())
  if (config.DEMO_HEADERS) app.use(dataSourceHeader(caches.values, connection))
  if (media.serve !== undefined) app.use(mediaPath, media.serve)

  const ops = opsRoutes(context)
  app.use(healthRoutes(ops))

  const api = Router()
  api.use(sessions.middleware({ required: false }))
  api.use(limits.everything)
  api.use(express.json({ limit: bodyLimit }))
  api.use('/users', userRoutes(context))
  api.use('/videos', videoRoutes(context))
  api.use('/search', searchRoutes(context))
  api.use(['/cache', '/redis'], requireSession)
  api.use(ops)
  app.use('/api/v1', api)

  app.use(notFound)
  app.use(errorHandler(log))
  return app
}
