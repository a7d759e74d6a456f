import { opsRouter } from '@vidnest/express-middleware'
import type { RequestHandler, Router } from 'express'
import type { Context } from '../../context.ts'

/** Health, statistics and invalidation; all but health for admins. */
export function opsRoutes(context: Context): Router {
  const { caches, redis, connection, isDraining, config } = context
  return opsRouter({
    authorize: (req) => req.session?.role === 'admin' && req.session.verified === 'redis',
    caches: { values: caches.values },
    redis,
    checks: {
      mongodb: {
        check: () => connection.db?.command({ ping: 1 }) ?? Promise.reject(new Error('not connected')),
      },
      'redis-session': { check: () => ping(redis.session), critical: false },
    },
    isDraining,
    respond: (res, status, data) => {
      const success = status < 400
      const message = success ? 'OK' : 'message' in data ? String(data.message) : 'Not available'
      if (success) res.status(status).json({ statusCode: status, data, message, success })
      else
        res
          .status(status)
          .json({ statusCode: status, data, message, errors: fieldErrors(data, message), success })
    },
    ...(config.CACHE ? {} : { caches: {} }),
  })
}

function fieldErrors(data: object, message: string): { field: string; message: string }[] {
  return 'field' in data ? [{ field: String(data.field), message }] : []
}

async function ping(client: { ping(): Promise<unknown> }): Promise<void> {
  await client.ping()
}

const healthPaths = new Set(['/livez', '/readyz'])

/** The health routes alone, for the root: load balancers know them there. */
export function healthRoutes(ops: Router): RequestHandler {
  return function health(req, res, next) {
    if (healthPaths.has(req.path)) void ops(req, res, next)
    else next()
  }
}
