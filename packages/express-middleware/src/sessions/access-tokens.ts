import { randomUUID } from 'node:crypto'
import type { Clock } from '@vidnest/cache-core'
import { jwtVerify, SignJWT } from 'jose'

/** What an access token says. */
export interface AccessClaims {
  readonly userId: string
  readonly sid: string
  readonly generation: string
  readonly role: string
}

/** What access tokens are made with. */
export interface AccessTokenOptions {
  readonly key: Uint8Array
  readonly issuer: string
  readonly audience: string
  readonly ttlMs: number
  readonly clock: Clock
}

const type = 'at+jwt'
const clockToleranceSeconds = 5

/** Signs and verifies short access tokens (RFC 9068 in form, HS256), by jose. */
export class AccessTokens {
  readonly #options: AccessTokenOptions

  constructor(options: AccessTokenOptions) {
    this.#options = options
  }

  async sign({ userId, sid, generation, role }: AccessClaims): Promise<{ token: string; expiresAt: number }> {
    const { key, issuer, audience, ttlMs, clock } = this.#options
    const issuedAt = Math.floor(clock.epochMs() / 1000)
    const expiresAt = issuedAt + Math.ceil(ttlMs / 1000)
    const token = await new SignJWT({ sid, gen: generation, role })
      .setProtectedHeader({ alg: 'HS256', typ: type })
      .setSubject(userId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(key)
    return { token, expiresAt: expiresAt * 1000 }
  }

  /** The claims of a token that is good; `undefined` for any other. */
  verify(token: string): Promise<AccessClaims | undefined> {
    return this.#claimsOf(token, clockToleranceSeconds)
  }

  /** Whether a token is good, but for its end. */
  async wasGood(token: string): Promise<boolean> {
    return (await this.#claimsOf(token, Number.MAX_SAFE_INTEGER)) !== undefined
  }

  async #claimsOf(token: string, clockTolerance: number): Promise<AccessClaims | undefined> {
    const { key, issuer, audience, clock } = this.#options
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        issuer,
        audience,
        typ: type,
        requiredClaims: ['sub', 'sid', 'gen', 'exp', 'iat', 'jti'],
        clockTolerance,
        currentDate: new Date(clock.epochMs()),
      })
      const { sub, sid, gen, role } = payload
      if (typeof sub !== 'string' || typeof sid !== 'string' || typeof gen !== 'string') return undefined
      return { userId: sub, sid, generation: gen, role: typeof role === 'string' ? role : '' }
    } catch {
      return undefined
    }
  }
}
