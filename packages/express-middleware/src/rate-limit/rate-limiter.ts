import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import type { RateLimitPolicy, RateLimitRefusal, RefusedExchange } from './policy.ts'
import { RateLimitUnavailableError, RedisRateLimitStore } from './redis-rate-limit-store.ts'

/** A rate limit as a middleware. */
export interface RateLimiter extends RequestHandler {
  /** Forgets what was counted of a client, as `identifier` names it. */
  reset(client: string): Promise<void>
}

/** Subnet that counts as one IPv6 client: what a provider hands to one customer at most. */
const ipv6Subnet = 56
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
    skipSuccessfulRequests: policy.skipSuccessfulRequests ?? false,
    ...(policy.skip !== undefined && { skip: policy.skip }),
    keyGenerator: (req) => policy.identifier?.(req) ?? ipKeyGenerator(req.ip ?? '', ipv6Subnet),
    handler: (req, res, next) => {
      const retryAfterSeconds = Number(res.getHeader('Retry-After') ?? 1)
      refuse({ status: 429, policy: policy.name, retryAfterSeconds }, { req, res, next })
    },
  })
  const handler = function rateLimitMiddleware(req: Request, res: Response, next: NextFunction): void {
    void limit(req, res, (error?: unknown) => {
      if (!(error instanceof RateLimitUnavailableError)) {
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
