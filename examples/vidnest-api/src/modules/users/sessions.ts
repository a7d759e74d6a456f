import { createSessions, type Sessions } from '@vidnest/express-middleware'
import type { Change } from '@vidnest/mongoose-plugin'
import type { Request } from 'express'
import type { Redis } from 'ioredis'
import type { Config } from '../../config/config.ts'
import type { Times } from '../../config/times.ts'
import { RefreshBody } from './schema.ts'

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

/**
 * Ends the sessions of a user after a write to what they vouch for. A login that read it before starts none.
 * @throws {SessionError} when Redis cannot be asked; {Error} when it is not known whose sessions have to end
 */
export async function endSessionsAfter({ op, id }: Change, sessions: Sessions): Promise<void> {
  if (op === 'insert') return
  if (id === undefined) throw new Error('sessions of users that are not known would have to end')
  await sessions.logoutAll(String(id))
}

/** Whom a refresh is counted for: the session, also when its access token has ended; nothing of the token is in the name. */
export function refreshClient(sessions: Sessions, req: Request): string | undefined {
  const { data } = RefreshBody.safeParse(req.body)
  const session = sessions.refreshing(req, data?.refreshToken)
  return session && `session-${session.sid}`
}
