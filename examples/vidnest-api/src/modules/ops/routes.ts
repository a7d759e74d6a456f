import { opsRouter } from '@vidnest/express-middleware'
import type { RequestHandler, Router } from 'express'
import type { Context } from '../../context.ts'
import { answer, answerFailure, type FieldError } from '../../http/answer.ts'

/** Health, statistics and invalidation; all but health for admins. */
export function opsRoutes(context: Context): Router {
  const { caches, redis, connection, isDraining, config } = context
  return opsRouter({
    // While Redis is away the token vouches for reads alone: its health can be seen, and nothing can be changed.
    authorize: (req) => req.session?.role === 'admin',
    caches: config.CACHE ? { values: caches.values } : {},
    redis,
    checks: {
      mongodb: {
        check: () => connection.db?.command({ ping: 1 }) ?? Promise.reject(new Error('not connected')),
      },
    },
    isDraining,
    respond: (res, status, data) => {
      if (status < 400) answer(res, status, { data, message: successMessage(status, res.req.path) })
      else answerFailure(res, status, { message: failureMessage(data), errors: failures(data) })
    },
  })
}

const successMessages: Readonly<Record<string, string>> = {
  '/redis/health': 'Redis is connected',
  '/redis/flush': 'Cache cleared successfully',
}

/** What is only queued is not done, and must not be told so. */
function successMessage(status: number, path: string): string {
  return status === 202 ? 'Queued: it is done when Redis answers again' : (successMessages[path] ?? 'OK')
}

function failureMessage(data: object): string {
  return 'message' in data ? String(data.message) : 'Not available'
}

/** The field that is wrong, or the parts that do not work. */
function failures(data: object): FieldError[] {
  if ('field' in data) return [{ field: String(data.field), message: failureMessage(data) }]
  if ('roles' in data) return downOnes(data.roles as Readonly<Record<string, string>>)
  if (!('checks' in data)) return []
  const checks = Object.entries(data.checks as Readonly<Record<string, { readonly status: string }>>)
  return downOnes(Object.fromEntries(checks.map(([name, { status }]) => [name, status])))
}

function downOnes(statuses: Readonly<Record<string, string>>): FieldError[] {
  return Object.entries(statuses)
    .filter(([, status]) => status === 'down')
    .map(([field]) => ({ field, message: 'is down' }))
}

const healthPaths = new Set(['/livez', '/readyz'])

/** The health routes alone, for the root: load balancers know them there. */
export function healthRoutes(ops: Router): RequestHandler {
  return function health(req, res, next) {
    if (healthPaths.has(req.path)) void ops(req, res, next)
    else next()
  }
}
