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

type LimitOfRoute = { readonly message: string } & Pick<
  RateLimitPolicy,
  'name' | 'limit' | 'window' | 'algorithm' | 'skipSuccessfulRequests' | 'onStoreError' | 'redisTimeout'
>

const tooMany = 'Too many requests, please try again later.'

/** For routes that change something: while Redis is away they answer 503, as sessions do, and as patiently. */
const closed = { onStoreError: 'closed', redisTimeout: '250ms' } as const

/** Makes the limits; signed-in clients are counted by user, others by address. */
export function createLimits(config: Config, redis: Redis): Limits {
  const limit = ({ message, ...policy }: LimitOfRoute): RequestHandler =>
    rateLimiter({
      redis,
      namespace: config.CACHE_NAMESPACE,
      key: 'ratelimit:{policy}:{client}',
      identifier: (req) => (req.session === undefined ? undefined : `user-${req.session.userId}`),
      onRefused: ({ status }, { next }) => {
        next(
          new ApiError(
            status,
            status === 429 ? message : 'Requests cannot be counted at the moment: try again',
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
      message: tooMany,
    }),
    login: limit({
      name: 'login',
      limit: config.RATE_LIMIT_LOGIN,
      window: '15m',
      algorithm: 'sliding-log',
      skipSuccessfulRequests: true,
      message: 'Too many login attempts, please try again after 15 minutes.',
      ...closed,
    }),
    register: limit({
      name: 'register',
      limit: config.RATE_LIMIT_REGISTER,
      window: '15m',
      algorithm: 'sliding-log',
      message: tooMany,
      ...closed,
    }),
    refresh: limit({
      name: 'refresh',
      limit: config.RATE_LIMIT_REFRESH,
      window: '15m',
      algorithm: 'fixed-window',
      message: tooMany,
      ...closed,
    }),
    upload: limit({
      name: 'upload',
      limit: config.RATE_LIMIT_UPLOAD,
      window: '1h',
      algorithm: 'gcra',
      message: 'Upload limit exceeded. Please try again later.',
      ...closed,
    }),
  }
}
