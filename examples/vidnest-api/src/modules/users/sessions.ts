import { createSessions, type Sessions } from '@vidnest/express-middleware'
import type { Redis } from 'ioredis'
import type { Config } from '../../config/config.ts'
import type { Times } from '../../config/times.ts'

/** Sessions: their key, their lives (renewed by use, at most once a minute), and what they do while Redis is away. */
export function defineSessions(config: Config, redis: Redis, times: Times): Sessions {
  return createSessions({
    redis,
    namespace: config.CACHE_NAMESPACE,
    key: 'session:{userId}:{sid}',
    idleTtl: times.duration('1d', 'REDIS_SESSION_TTL'),
    absoluteTtl: '30d',
    secret: config.ACCESS_TOKEN_SECRET,
    trustedOrigins: config.CORS_ORIGIN,
    cookies: { secure: config.COOKIE_SECURE },
    // A read with a good token goes on while Redis is away; whatever changes something does not.
    onStoreError: 'token',
  })
}
