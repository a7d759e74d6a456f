import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { AccessClaims, AccessTokens } from './access-tokens.ts'
import { checkLogin, checkRole } from './check-login.ts'
import type { CarriedToken, SessionCookies } from './cookies.ts'
import { isCrossSite, isSafeMethod } from './cross-site.ts'
import type { SessionEmitter } from './event-emitter.ts'
import { isOutage, reach } from './reach.ts'
import type { ResolvedSessionsOptions } from './resolve-options.ts'
import { SessionError } from './session-error.ts'
import type { RotationResult, SessionStore } from './session-store.ts'
import type {
  LoginOptions,
  RequestSession,
  SessionEvents,
  SessionInfo,
  Sessions,
  SessionTokens,
} from './sessions.ts'
import { createSecret, createSessionId, hashSecret, type RefreshToken, type RefreshTokens } from './tokens.ts'

/** What sessions are made of. */
export interface SessionParts {
  readonly options: ResolvedSessionsOptions
  readonly store: SessionStore
  readonly cookies: SessionCookies
  readonly accessTokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  readonly events: SessionEmitter
}

const longestDevice = 200
/** How long logins wait for a guarded write whose end nobody told. */
const barMs = 10_000

/** Sessions on Redis. */
export class RedisSessions implements Sessions {
  readonly #parts: SessionParts
  /** Sessions that were found here, by their request: it is not looked at twice. */
  readonly #found = new WeakMap<Request, RequestSession>()

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  async login(req: Request, res: Response, login: LoginOptions): Promise<SessionTokens> {
    checkLogin(login)
    const { userId } = login
    const { store, refreshTokens, events, options } = this.#parts
    const { role, since } = await this.#roleOf(login)
    const token: RefreshToken = { userId, sid: createSessionId(), counter: 1, secret: createSecret() }
    const device = (req.headers['user-agent'] ?? '').slice(0, longestDevice)
    const secretHash = hashSecret(token.secret)
    const { sid } = token
    const address = req.ip ?? ''
    const started = await reach(store.start({ userId, sid, role, device, address, secretHash, since }))
    for (const ended of started.ended) events.emit('ended', { userId, sid: ended })
    events.emit('login', { userId, sid })
    const claims = { userId, sid, generation: started.generation, role }
    return this.#handOut(res, {
      claims,
      refreshToken: refreshTokens.write(token),
      leftMs: options.absoluteMs,
    })
  }

  async refresh(req: Request, res: Response, token?: string): Promise<SessionTokens> {
    const { cookies, refreshTokens, store, options, events } = this.#parts
    const carried: CarriedToken | undefined =
      token === undefined ? cookies.refresh(req) : { token, carrier: 'header' }
    if (carried === undefined) throw new SessionError('missing', 'there is no refresh token')
    this.#refuseCrossSite(req, carried)
    const presented = refreshTokens.read(carried.token)
    if (presented === undefined) throw new SessionError('invalid', 'the refresh token is not valid')
    const { userId, sid, counter, secret } = presented
    const next: RefreshToken = { userId, sid, counter: counter + 1, secret: createSecret() }
    const nextText = refreshTokens.write(next)
    const result = await reach(
      store.rotate({
        userId,
        sid,
        counter,
        secretHash: hashSecret(secret),
        nextHash: hashSecret(next.secret),
        sealedNext: refreshTokens.seal(carried.token, nextText),
      }),
    )
    if (result.outcome === 'reuse') events.emit('reuse', { userId, sid })
    const rotated = refuseFailure(result)
    const refreshToken =
      rotated.outcome === 'rotated' ? nextText : refreshTokens.unseal(carried.token, rotated.sealed)
    if (refreshToken === undefined) throw new SessionError('invalid', 'the refresh token is not valid')
    events.emit('refresh', { userId, sid })
    const claims = { userId, sid, generation: rotated.generation, role: rotated.role }
    return this.#handOut(res, {
      claims,
      refreshToken,
      leftMs: Math.max(0, rotated.endsAt - options.clock.epochMs()),
    })
  }

  refreshing(req: Request, token?: unknown): { readonly userId: string; readonly sid: string } | undefined {
    const { cookies, refreshTokens } = this.#parts
    const presented = refreshTokens.read(token ?? cookies.refresh(req)?.token)
    return presented && { userId: presented.userId, sid: presented.sid }
  }

  async logout(req: Request, res: Response): Promise<void> {
    const { store, events, cookies } = this.#parts
    const carried = cookies.access(req) ?? cookies.refresh(req)
    if (carried !== undefined) this.#refuseCrossSite(req, carried)
    const claims = await this.#claimsOf(req)
    if (claims !== undefined) {
      const { userId, sid } = claims
      if (await reach(store.end(userId, sid))) events.emit('ended', { userId, sid })
    }
    cookies.clear(res)
    res.setHeader('Cache-Control', 'no-store')
    res.setHeader('Clear-Site-Data', '"cache", "storage"')
  }

  async logoutAll(userId: string): Promise<void> {
    await reach(this.#parts.store.endAll(userId))
    this.#parts.events.emit('endedAll', { userId })
  }

  async guard<Result>(userId: string, write: () => Result | Promise<Result>): Promise<Result> {
    const { store, events, options } = this.#parts
    const name = createSessionId()
    const startedAt = options.clock.now()
    await reach(store.endAll(userId, { name, ms: barMs }))
    events.emit('endedAll', { userId })
    const result = await write()
    try {
      await reach(store.endAll(userId, { name, ms: 0 }))
    } catch (error) {
      // A bar that still stands lapses by itself, and nobody came past it.
      if (options.clock.now() - startedAt >= barMs) throw error
    }
    return result
  }

  list(userId: string): Promise<SessionInfo[]> {
    return reach(this.#parts.store.list(userId))
  }

  async end(userId: string, sid: string): Promise<boolean> {
    const ended = await reach(this.#parts.store.end(userId, sid))
    if (ended) this.#parts.events.emit('ended', { userId, sid })
    return ended
  }

  middleware({ required = true }: { readonly required?: boolean } = {}): RequestHandler {
    const sessionMiddleware = async (req: Request, _res: Response, next: NextFunction): Promise<void> => {
      try {
        const session = this.#foundFor(req) ?? (await this.#sessionOf(req, required))
        if (session !== undefined) {
          this.#found.set(req, session)
          req.session = session
        }
      } catch (error) {
        next(error)
        return
      }
      next()
    }
    return sessionMiddleware
  }

  on<Name extends keyof SessionEvents>(
    name: Name,
    listener: (event: SessionEvents[Name]) => void,
  ): () => void {
    return this.#parts.events.on(name, listener)
  }

  close(): Promise<void> {
    this.#parts.events.clear()
    return Promise.resolve()
  }

  #foundFor(req: Request): RequestSession | undefined {
    const session = this.#found.get(req)
    return session !== undefined && req.session === session ? session : undefined
  }

  async #sessionOf(req: Request, required: boolean): Promise<RequestSession | undefined> {
    const { cookies, accessTokens, store, options } = this.#parts
    const carried = cookies.access(req)
    const claims = carried && (await accessTokens.verify(carried.token))
    if (carried === undefined || claims === undefined) {
      if (!required) return undefined
      await this.#refuseOutage(req, carried)
      if (carried === undefined) throw new SessionError('missing', 'there is no access token')
      throw new SessionError('invalid', 'the access token is not valid')
    }
    this.#refuseCrossSite(req, carried)
    const { userId, sid, generation } = claims
    let role: string | undefined
    try {
      role = await store.check(userId, sid, generation)
    } catch (error) {
      if (!isOutage(error)) throw error
      if (options.onStoreError === 'token' && (req.method === 'GET' || req.method === 'HEAD'))
        return sessionFrom(claims, claims.role, 'token')
      throw new SessionError('unavailable', 'sessions cannot be checked at the moment')
    }
    if (role !== undefined) return sessionFrom(claims, role, 'redis')
    if (required) throw new SessionError('invalid', 'the session has ended')
    return undefined
  }

  /**
   * A client whose access token has ended, and which could refresh it, must not hear that it is signed out while that cannot
   * be known.
   */
  async #refuseOutage(req: Request, carried: CarriedToken | undefined): Promise<void> {
    const { accessTokens, store } = this.#parts
    const ended = carried !== undefined && (await accessTokens.wasGood(carried.token))
    if (ended || this.refreshing(req) !== undefined) await reach(store.answers())
  }

  /** The role that a session is to have, and for one that is read now, what would end the login from here on. */
  async #roleOf({ userId, role }: LoginOptions): Promise<{ role: string; since?: string }> {
    if (typeof role !== 'function') return { role: role ?? '' }
    const since = await reach(this.#parts.store.note(userId))
    const present = (await role()) ?? ''
    checkRole(present)
    return { role: present, since }
  }

  async #claimsOf(req: Request): Promise<{ readonly userId: string; readonly sid: string } | undefined> {
    const { cookies, accessTokens } = this.#parts
    const access = cookies.access(req)
    const claims = access === undefined ? undefined : await accessTokens.verify(access.token)
    if (claims !== undefined) return claims
    return this.refreshing(req)
  }

  #refuseCrossSite(req: Request, { carrier }: CarriedToken): void {
    if (carrier === 'header' || isSafeMethod(req.method)) return
    if (isCrossSite(req, this.#parts.options.trustedOrigins)) {
      throw new SessionError('cross-site', 'a page of another site made this request')
    }
  }

  async #handOut(
    res: Response,
    { claims, refreshToken, leftMs }: { claims: AccessClaims; refreshToken: string; leftMs: number },
  ): Promise<SessionTokens> {
    const { accessTokens, cookies, options } = this.#parts
    const { token, expiresAt } = await accessTokens.sign(claims)
    cookies.set(res, { access: token, accessMs: options.accessMs, refresh: refreshToken, refreshMs: leftMs })
    res.setHeader('Cache-Control', 'no-store')
    return { accessToken: token, refreshToken, sid: claims.sid, userId: claims.userId, expiresAt }
  }
}

function refuseFailure(result: RotationResult): Extract<RotationResult, { outcome: 'rotated' | 'again' }> {
  switch (result.outcome) {
    case 'rotated':
    case 'again':
      return result
    case 'reuse':
      throw new SessionError(
        'reuse',
        'the refresh token was used before, so its session was ended: sign in again',
      )
    case 'gone':
      throw new SessionError('expired', 'the session has ended: sign in again')
    case 'late':
      throw new SessionError('unavailable', 'sessions cannot be reached at the moment')
    case 'invalid':
      throw new SessionError('invalid', 'the refresh token is not valid')
  }
}

function sessionFrom(
  { userId, sid }: AccessClaims,
  role: string,
  verified: 'redis' | 'token',
): RequestSession {
  return { userId, sid, ...(role !== '' && { role }), verified }
}
