import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { type AugmentedRequest, rateLimit } from 'express-rate-limit'
import { clientOf } from './client-of.ts'
import type { RateLimitPolicy, RateLimitRefusal, RefusedExchange } from './policy.ts'
import { RateLimitUnavailableError, RedisRateLimitStore } from './redis-rate-limit-store.ts'

/** A rate limit as a middleware. */
export interface RateLimiter extends RequestHandler {
  /** Forgets what was counted of a client, as `identifier` names it. */
  reset(client: string): Promise<void>
}

const unavailableRetrySeconds = 5

/**
 * A rate limit on Redis: express-rate-limit does addresses, headers (`RateLimit` and `RateLimit-Policy`, draft 8) and
 * checks of the set-up; counting is {@link RedisRateLimitStore}'s.
 * @throws {CacheConfigError} naming the option that is missing, unknown or wrong.
 */
export function rateLimiter(policy: RateLimitPolicy): RateLimiter {
  const store = new RedisRateLimitStore(policy)
  const refuse = policy.onRefused ?? answerProblem
  const limit = rateLimit({
    store,
    windowMs: store.windowMs,
    limit: policy.limit,
    identifier: policy.name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    ...(policy.skip !== undefined && { skip: policy.skip }),
    keyGenerator: (req) => clientOf(req, policy.identifier),
    handler: (req, res, next) => {
      const retryAfterSeconds = Number(res.getHeader('Retry-After') ?? 1)
      refuse({ status: 429, policy: policy.name, retryAfterSeconds }, { req, res, next })
    },
  })
  const handler = function rateLimitMiddleware(req: Request, res: Response, next: NextFunction): void {
    void limit(req, res, (error?: unknown) => {
      if (!(error instanceof RateLimitUnavailableError)) {
        if (error === undefined && policy.skipSuccessfulRequests === true) refundOnSuccess(store, req, res)
        next(error)
        return
      }
      res.setHeader('Retry-After', String(unavailableRetrySeconds))
      refuse(
        { status: 503, policy: policy.name, retryAfterSeconds: unavailableRetrySeconds },
        { req, res, next },
      )
    })
  }
  return Object.assign(handler, { reset: (client: string) => store.resetKey(client) })
}

/**
 * Express-rate-limit names only the client when it asks for a refund; here the request itself is known, so that no other
 * request's point is given back in its place.
 */
function refundOnSuccess(store: RedisRateLimitStore, req: Request, res: Response): void {
  const resetTime = (req as Partial<AugmentedRequest>)['rateLimit']?.resetTime
  if (resetTime === undefined) return
  res.once('finish', () => {
    if (res.statusCode < 400) void store.refund(resetTime)
  })
}

/** Problem details (RFC 9457) with the types of the RateLimit draft. */
function answerProblem({ status, policy }: RateLimitRefusal, { res }: RefusedExchange): void {
  const kind = status === 429 ? 'quota-exceeded' : 'temporary-reduced-capacity'
  res
    .status(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `https://iana.org/assignments/http-problem-types#${kind}`,
        title: status === 429 ? 'Too many requests' : 'Requests cannot be counted at the moment',
        status,
        ...(status === 429 && { 'violated-policies': [policy] }),
      }),
    )
}
