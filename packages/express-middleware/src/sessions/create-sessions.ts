import { boundRedis } from '@vidnest/cache-core'
import { refuseCluster } from '../redis/refuse-cluster.ts'
import { AccessTokens } from './access-tokens.ts'
import { SessionCookies } from './cookies.ts'
import { SessionEmitter } from './event-emitter.ts'
import { RedisSessions } from './redis-sessions.ts'
import { resolveSessionsOptions } from './resolve-options.ts'
import { SessionKeys } from './session-keys.ts'
import { SessionStore } from './session-store.ts'
import type { Sessions, SessionsOptions } from './sessions.ts'
import { derive, RefreshTokens } from './tokens.ts'

/**
 * Makes sessions: a short access token (JWT) and a rotating refresh token, both in cookies, and a record in Redis that
 * every request is checked against, so that a logout counts at once and everywhere.
 * @throws {CacheConfigError} naming the option that is missing, unknown or wrong.
 */
export function createSessions(options: SessionsOptions): Sessions {
  const resolved = resolveSessionsOptions(options)
  refuseCluster(options.redis, 'sessions')
  const events = new SessionEmitter()
  const redis = boundRedis(options.redis, {
    timeout: options.redisTimeout ?? '250ms',
    clock: resolved.clock,
    onFailure: (operation) => {
      events.emit('storeError', { operation })
    },
  })
  const keys = new SessionKeys(options.namespace, options.key ?? 'session:{userId}:{sid}')
  const { issuer, audience, accessMs, clock } = resolved
  return new RedisSessions({
    options: resolved,
    events,
    store: new SessionStore(redis, keys, resolved),
    cookies: new SessionCookies(resolved.cookies),
    refreshTokens: new RefreshTokens(resolved.secret),
    accessTokens: new AccessTokens({
      key: derive(resolved.secret, 'access token'),
      issuer,
      audience,
      ttlMs: accessMs,
      clock,
    }),
  })
}
