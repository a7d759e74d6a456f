import { rateLimiter, type RateLimitPolicy } from '@vidnest/express-middleware'
import type { RequestHandler } from 'express'
import type { Redis } from 'ioredis'
import type { Config } from '../config/config.ts'
import { ApiError } from './errors.ts'

/** The limits of the routes. */
export interface Limits {
  readonly everything: RequestHandler
  readonly login: RequestHandler
  readonly register: RequestHandler
  readonly refresh: RequestHandler
  readonly upload: RequestHandler
}

/** Makes the limits; signed-in clients are counted by user, others by address. */
export function createLimits(config: Config, redis: Redis): Limits {
  const limit = (
    policy: Pick<RateLimitPolicy, 'name' | 'limit' | 'window' | 'algorithm' | 'skipSuccessfulRequests'>,
  ): RequestHandler =>
    rateLimiter({
      redis,
      namespace: config.CACHE_NAMESPACE,
      identifier: (req) => (req.session === undefined ? undefined : `user-${req.session.userId}`),
      onRefused: ({ status }, { next }) => {
        next(
          new ApiError(
            status,
            status === 429
              ? 'Too many requests: try again later'
              : 'Requests cannot be counted at the moment',
          ),
        )
      },
      ...policy,
    })
  return {
    everything: limit({
      name: 'global',
      limit: config.RATE_LIMIT_GLOBAL,
      window: '15m',
      algorithm: 'fixed-window',
    }),
    login: limit({
      name: 'login',
      limit: config.RATE_LIMIT_LOGIN,
      window: '15m',
      algorithm: 'sliding-log',
      skipSuccessfulRequests: true,
    }),
    register: limit({
      name: 'register',
      limit: config.RATE_LIMIT_REGISTER,
      window: '15m',
      algorithm: 'sliding-log',
    }),
    refresh: limit({
      name: 'refresh',
      limit: config.RATE_LIMIT_REFRESH,
      window: '15m',
      algorithm: 'fixed-window',
    }),
    upload: limit({ name: 'upload', limit: config.RATE_LIMIT_UPLOAD, window: '1h', algorithm: 'gcra' }),
  }
}
