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
  | 'name'
  | 'limit'
  | 'window'
  | 'algorithm'
  | 'identifier'
  | 'skipSuccessfulRequests'
  | 'onStoreError'
  | 'redisTimeout'
>

const tooMany = 'Too many requests, please try again later.'

/** For routes that change something: while Redis is away they answer 503, as sessions do, and as patiently. */
const closed = { onStoreError: 'closed', redisTimeout: '250ms' } as const

/** Names the client that a request is counted for; `undefined` counts by address. */
type Identifier = NonNullable<RateLimitPolicy['identifier']>

const byUser: Identifier = (req) => (req.session === undefined ? undefined : `user-${req.session.userId}`)

/** Makes the limits; signed-in clients are counted by user, refreshes by `bySession`, others by address. */
export function createLimits(config: Config, redis: Redis, bySession: Identifier): Limits {
  const { everything, login, register, refresh, upload } = limitsOf(config, bySession)
  const limiter = ({ message, ...policy }: LimitOfRoute): RequestHandler =>
    rateLimiter({
      redis,
      namespace: config.CACHE_NAMESPACE,
      key: 'ratelimit:{policy}:{client}',
      identifier: byUser,
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
    everything: limiter(everything),
    login: limiter(login),
    register: limiter(register),
    refresh: limiter(refresh),
    upload: limiter(upload),
  }
}

/** What each limit lets pass; a client's state lives for the window. */
function limitsOf(config: Config, bySession: Identifier): Readonly<Record<keyof Limits, LimitOfRoute>> {
  return {
    everything: {
      name: 'global',
      limit: config.RATE_LIMIT_GLOBAL,
      window: '15m',
      algorithm: 'fixed-window',
      message: tooMany,
    },
    login: {
      name: 'login',
      limit: config.RATE_LIMIT_LOGIN,
      window: '15m',
      algorithm: 'sliding-log',
      skipSuccessfulRequests: true,
      message: 'Too many login attempts, please try again after 15 minutes.',
      ...closed,
    },
    register: {
      name: 'register',
      limit: config.RATE_LIMIT_REGISTER,
      window: '15m',
      algorithm: 'sliding-log',
      message: tooMany,
      ...closed,
    },
    refresh: {
      name: 'refresh',
      limit: config.RATE_LIMIT_REFRESH,
      window: '15m',
      algorithm: 'fixed-window',
      identifier: bySession,
      message: tooMany,
      ...closed,
    },
    upload: {
      name: 'upload',
      limit: config.RATE_LIMIT_UPLOAD,
      window: '1h',
      algorithm: 'gcra',
      message: 'Upload limit exceeded. Please try again later.',
      ...closed,
    },
  }
}
