import type { Clock, Duration, RedisLike } from '@vidnest/cache-core'
import type { Request, RequestHandler, Response } from 'express'

/** Options of `createSessions`. */
export interface SessionsOptions {
  /** The durable, non-evicting Redis: an evicted session is a logout. */
  readonly redis: RedisLike
  /** First segment of every key. */
  readonly namespace: string
  /** Signs access tokens and derives the refresh tokens' keys; at least 32 bytes. */
  readonly secret: string | Uint8Array
  /** Name of a session's record, with `{userId}` and `{sid}`. @defaultValue `'session:{userId}:{sid}'` */
  readonly key?: string
  /** Life of an access token. @defaultValue `'5m'` */
  readonly accessTtl?: Duration
  /** A session that is not used for so long ends. @defaultValue `'1d'` */
  readonly idleTtl?: Duration
  /** A session ends so long after its login, however much it is used. @defaultValue `'30d'` */
  readonly absoluteTtl?: Duration
  /** A session's last use is written down at most so often. @defaultValue `'1m'`, or a quarter of a shorter `idleTtl` */
  readonly touchEvery?: Duration
  /** A refresh token that was just rotated still gets the same successor for so long (two tabs, a lost reply). @defaultValue `'10s'` */
  readonly reuseGrace?: Duration
  /** Sessions of one user; the one that was used least recently ends when there are more. @defaultValue `20` */
  readonly maxSessions?: number
  /** `iss` of the access tokens. @defaultValue the namespace */
  readonly issuer?: string
  /** `aud` of the access tokens. @defaultValue the namespace */
  readonly audience?: string
  readonly cookies?: SessionCookieOptions
  /** Origins whose pages may change something with the cookie, besides the request's own. @defaultValue `[]` */
  readonly trustedOrigins?: readonly string[]
  /** Deadline of one Redis operation. @defaultValue `'250ms'` */
  readonly redisTimeout?: Duration
  /**
   * What a request gets while Redis cannot be asked: `'closed'` refuses it (503, cookies kept); `'token'` lets a GET or
   * HEAD with a valid access token go on. @defaultValue `'closed'`
   */
  readonly onStoreError?: 'closed' | 'token'
  readonly clock?: Clock
}

/** How the cookies are set. */
export interface SessionCookieOptions {
  /** Sends them over HTTPS only; switch it off for local HTTP alone. @defaultValue `true` */
  readonly secure?: boolean
  /** @defaultValue `'lax'` */
  readonly sameSite?: 'lax' | 'strict'
  /** @defaultValue `'__Host-access'`, or `'access'` without `secure` */
  readonly accessName?: string
  /** @defaultValue `'__Host-refresh'`, or `'refresh'` without `secure` */
  readonly refreshName?: string
}

/** The session of a request, as `req.session`. */
export interface RequestSession {
  readonly userId: string
  readonly sid: string
  readonly role?: string
  /** `'token'`: Redis could not be asked, so only the access token vouches for it. */
  readonly verified: 'redis' | 'token'
}

/** What a login stores. */
export interface LoginOptions {
  /** 1 to 256 bytes. */
  readonly userId: string
  /**
   * A function is called once the login has noted what would end it: read there what the session vouches for (the role, and
   * whether the password is still the one that was checked), and throw if the user may no longer sign in. A `logoutAll` or
   * `guard` that comes between then refuses the login; a role that was read before is not protected from that.
   */
  readonly role?: string | (() => string | undefined | Promise<string | undefined>)
}

/** What a login or a refresh hands out, besides the cookies. */
export interface SessionTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly sid: string
  readonly userId: string
  /** When the access token ends, in ms since 1970. */
  readonly expiresAt: number
}

/** One active session, for a list of devices. */
export interface SessionInfo {
  readonly sid: string
  /** The `User-Agent` of the login, shortened. */
  readonly device: string
  readonly address: string
  /** In ms since 1970. */
  readonly createdAt: number
  readonly lastUsedAt: number
}

/** What sessions tell their listeners. */
export interface SessionEvents {
  login: { readonly userId: string; readonly sid: string }
  refresh: { readonly userId: string; readonly sid: string }
  /** One session ended: logout, `end`, too many sessions. */
  ended: { readonly userId: string; readonly sid: string }
  /** All sessions of a user ended. */
  endedAll: { readonly userId: string }
  /** A refresh token was used again after its grace: its session was revoked. */
  reuse: { readonly userId: string; readonly sid: string }
  storeError: { readonly operation: string }
}

/** Sessions in Redis: short access tokens, rotating refresh tokens, and a record that every request is checked against. */
export interface Sessions {
  /**
   * Starts a session, sets its cookies.
   * @throws {SessionError} 503 when Redis cannot be asked, and while or because all sessions of the user are being ended.
   * @throws {CacheConfigError} naming what is wrong with `login`.
   */
  login(req: Request, res: Response, login: LoginOptions): Promise<SessionTokens>
  /**
   * Rotates the refresh token (of the cookie, or `token`). @throws {SessionError} 401 `invalid`, `expired` or `reuse`; 503
   * `unavailable`, with the cookies kept.
   */
  refresh(req: Request, res: Response, token?: string): Promise<SessionTokens>
  /**
   * Whose refresh token the request carries, in its cookie or as `token`: by its signature alone, without asking Redis, and
   * whatever a client may have sent. A name to count refreshes by, when the access token has ended. `undefined` for a token
   * that this service did not make.
   */
  refreshing(req: Request, token?: unknown): { readonly userId: string; readonly sid: string } | undefined
  /**
   * Ends the request's session and clears its cookies.
   * @throws {SessionError} 503 when Redis cannot be asked, 403 for a page of another site; the cookies are kept.
   */
  logout(req: Request, res: Response): Promise<void>
  /** Ends all sessions of a user, in one step however many there are. */
  logoutAll(userId: string): Promise<void>
  /**
   * Ends all sessions of a user around a `write` to what they vouch for, a password or a role, so that none that is older
   * than the write outlives it, whatever fails and whenever: they end first, and logins wait (503) until the write is done.
   * When `write` throws, or this process dies, they wait until the bar lapses, 10 s after it was set, since the write may
   * still be on its way. Resolves to what `write` returned.
   * @throws what `write` throws; {SessionError} 503 when Redis cannot be asked: before `write`, which is then not called, or
   * after a `write` of more than 10 s, when sessions may have been opened meanwhile.
   */
  guard<Result>(userId: string, write: () => Result | Promise<Result>): Promise<Result>
  /** The active sessions of a user, last used first. */
  list(userId: string): Promise<SessionInfo[]>
  /** Ends one session; whether there was one. */
  end(userId: string, sid: string): Promise<boolean>
  /**
   * Finds the request's session (header `Authorization: Bearer`, or the cookie), checks it in Redis and puts it on
   * `req.session`. With `required: false` a request without a good token goes on without a session. A request whose session
   * it has found before is not looked at again, so that routes may require what the application looked for. While Redis
   * cannot be asked, a client that could refresh its token gets 503, never 401. @defaultValue `required: true`
   */
  middleware(options?: { readonly required?: boolean }): RequestHandler
  /** Adds a listener; the result removes it. */
  on<Name extends keyof SessionEvents>(name: Name, listener: (event: SessionEvents[Name]) => void): () => void
  /** Removes listeners; the Redis client stays the user's. */
  close(): Promise<void>
}

declare global {
  // Express' own way of typing additions to its request.
  namespace Express {
    interface Request {
      /** The session that the sessions' middleware found. */
      session?: RequestSession
    }
  }
}
