import {
  type BoundedRedis,
  boundRedis,
  CacheConfigError,
  finiteDurationToMs,
  type InvalidationReport,
  isCacheError,
} from '@vidnest/cache-core'
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import { readInvalidateRequest } from './invalidate-request.ts'
import type { OpsCheck, OpsRouter, OpsRouterOptions } from './options.ts'
import { ReadinessProbe } from './readiness.ts'
import { reportRedis } from './redis-report.ts'

const known = ['authorize', 'caches', 'redis', 'redisTimeout', 'checks', 'isDraining', 'respond']

/**
 * Routes for those who run the service: `/livez` and `/readyz` for everybody; `/cache/stats`, `/cache/invalidate`,
 * `/redis/health`, `/redis/stats` and `/redis/flush` for whom `authorize` lets in.
 * @throws {CacheConfigError} without `authorize`, and for an option that is unknown or wrong.
 */
export function opsRouter(options: OpsRouterOptions): OpsRouter {
  if (typeof (options as Partial<OpsRouterOptions> | undefined)?.authorize !== 'function') {
    throw new CacheConfigError(
      'authorize',
      'must be a function that says who may operate this service; there is no default',
    )
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new CacheConfigError(unknown, `is not an option; known are ${known.join(', ')}`)
  const ops = new Operations(options)
  const router = express.Router()
  const guard = ops.guard()
  router.get('/livez', ops.live())
  router.get('/readyz', ops.ready())
  router.get('/cache/stats', guard, ops.cacheStats())
  router.post('/cache/invalidate', guard, ops.body(), ops.invalidate())
  router.get('/redis/health', guard, ops.redisHealth())
  router.get('/redis/stats', guard, ops.redisStats())
  router.delete('/redis/flush', guard, ops.flush())
  return router
}

class Operations {
  readonly #options: OpsRouterOptions
  readonly #probe: ReadinessProbe
  readonly #redis: Readonly<Record<string, BoundedRedis>>

  constructor(options: OpsRouterOptions) {
    this.#options = options
    const timeout = options.redisTimeout ?? '250ms'
    finiteDurationToMs(timeout, 'redisTimeout')
    const clients = Object.entries(options.redis ?? {})
    this.#redis = Object.fromEntries(clients.map(([role, client]) => [role, boundRedis(client, { timeout })]))
    this.#probe = new ReadinessProbe({ ...this.#redisChecks(), ...options.checks })
  }

  guard(): RequestHandler {
    return this.#handler('opsGuard', async (req, res, next) => {
      if ((await this.#options.authorize(req)) === true) next()
      else this.#respond(res, 403, { message: 'not allowed' })
    })
  }

  live(): RequestHandler {
    return this.#handler('opsLive', (_req, res) => {
      this.#respond(res, 200, { status: 'up' })
    })
  }

  ready(): RequestHandler {
    return this.#handler('opsReady', async (_req, res) => {
      if (this.#options.isDraining?.() === true) {
        this.#respond(res, 503, { status: 'down', draining: true })
        return
      }
      const readiness = await this.#probe.probe()
      this.#respond(res, readiness.status === 'down' ? 503 : 200, readiness)
    })
  }

  cacheStats(): RequestHandler {
    return this.#handler('opsCacheStats', (_req, res) => {
      const caches = Object.entries(this.#options.caches ?? {}).map(
        ([name, cache]) => [name, cache.stats()] as const,
      )
      // What was served stale was served from the cache.
      const hits = caches.reduce((sum, [, stats]) => sum + stats.hits + stats.staleHits, 0)
      const misses = caches.reduce((sum, [, stats]) => sum + stats.misses, 0)
      const hitRatio = hits + misses === 0 ? 0 : hits / (hits + misses)
      this.#respond(res, 200, { hits, misses, hitRatio, caches: Object.fromEntries(caches) })
    })
  }

  /** Reads a JSON body; one that cannot be read is answered here, since Express would answer with a stack. */
  body(): RequestHandler {
    const parse = express.json({ limit: '16kb' })
    return this.#handler('opsBody', (req, res, next) => {
      parse(req, res, (error?: unknown) => {
        if (error === undefined) next()
        else this.#respond(res, bodyStatus(error), { message: 'body: cannot be read as JSON', field: 'body' })
      })
    })
  }

  invalidate(): RequestHandler {
    return this.#handler('opsInvalidate', async (req, res) => {
      const asked = readInvalidateRequest(req.body)
      if ('field' in asked) {
        this.#respond(res, 400, { message: `${asked.field}: ${asked.message}`, field: asked.field })
        return
      }
      const caches = Object.values(this.#options.caches ?? {})
      const reports = await Promise.all(
        caches.map((cache) => cache.invalidate(asked.targets, { dryRun: asked.dryRun })),
      )
      this.#respond(res, ...invalidated(reports, { dryRun: asked.dryRun, reports }))
    })
  }

  redisHealth(): RequestHandler {
    return this.#handler('opsRedisHealth', async (_req, res) => {
      const roles = await Promise.all(
        Object.entries(this.#redis).map(async ([role, redis]) => {
          const answers = await redis.call('health', 'PING').then(
            () => true,
            () => false,
          )
          return [role, answers ? 'up' : 'down'] as const
        }),
      )
      const down = roles.some(([, status]) => status === 'down')
      this.#respond(res, down ? 503 : 200, { status: down ? 'down' : 'up', roles: Object.fromEntries(roles) })
    })
  }

  redisStats(): RequestHandler {
    return this.#handler('opsRedisStats', async (_req, res) => {
      const clients = Object.entries(this.#options.redis ?? {})
      const reports = await Promise.all(
        clients.map(async ([role, client]) => {
          const redis = this.#redis[role]
          return [
            role,
            redis === undefined ? { connected: false } : await reportRedis(client, redis),
          ] as const
        }),
      )
      this.#respond(res, 200, Object.fromEntries(reports))
    })
  }

  /** Removes cached values of this application only: neither FLUSHDB nor FLUSHALL. */
  flush(): RequestHandler {
    return this.#handler('opsFlush', async (_req, res) => {
      const reports = await Promise.all(
        Object.values(this.#options.caches ?? {}).map((cache) => cache.invalidate('all')),
      )
      this.#respond(res, ...invalidated(reports))
    })
  }

  #redisChecks(): Record<string, OpsCheck> {
    const roles = Object.entries(this.#redis)
    return Object.fromEntries(
      roles.map(([role, redis]) => [
        `redis-${role}`,
        { check: () => redis.call('health', 'PING'), critical: false },
      ]),
    )
  }

  #respond(res: Response, status: number, body: object): void {
    res.setHeader('Cache-Control', 'no-store')
    if (this.#options.respond === undefined) res.status(status).json(body)
    else this.#options.respond(res, status, body)
  }

  /** A named handler; trouble with Redis is a 503 without details, everything else goes to Express. */
  #handler(
    name: string,
    handle: (req: Request, res: Response, next: NextFunction) => unknown,
  ): RequestHandler {
    const handler = async (req: Request, res: Response, next: NextFunction): Promise<void> => {
      try {
        await handle(req, res, next)
      } catch (error) {
        if (isCacheError(error))
          this.#respond(res, 503, { message: 'Redis could not be asked', code: error.code })
        else next(error)
      }
    }
    Object.defineProperty(handler, 'name', { value: name })
    return handler
  }
}

/** 200 for what is done; 202 when a part of it waits for Redis, since that is no acknowledgement. */
function invalidated(reports: readonly InvalidationReport[], details: object = {}): [number, object] {
  const removed = reports.reduce((sum, report) => sum + report.removed, 0)
  const queued = reports.reduce((sum, report) => sum + report.queued, 0)
  return queued === 0 ? [200, { ...details, removed }] : [202, { ...details, removed, queued }]
}

function bodyStatus(error: unknown): number {
  return error instanceof Error && 'status' in error && error.status === 413 ? 413 : 400
}
