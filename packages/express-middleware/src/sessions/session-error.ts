/** Why there is no session. */
export type SessionErrorCode = 'missing' | 'invalid' | 'expired' | 'reuse' | 'cross-site' | 'unavailable'

const statusOf: Readonly<Record<SessionErrorCode, number>> = {
  missing: 401,
  invalid: 401,
  expired: 401,
  reuse: 401,
  'cross-site': 403,
  unavailable: 503,
}

/** A request without a usable session; Express answers with `status`, or your error handler does. */
export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: SessionErrorCode
  /** 401, 403 or 503: never 401 for trouble with Redis, since that makes clients drop good tokens. */
  readonly status: number
  /** Headers that belong to the answer. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: SessionErrorCode, message: string, retryAfterSeconds = 1) {
    super(message)
    this.code = code
    this.status = statusOf[code]
    this.headers = {
      'Cache-Control': 'no-store',
      ...(this.status === 401 && { 'WWW-Authenticate': 'Bearer error="invalid_token"' }),
      ...(this.status === 503 && { 'Retry-After': String(retryAfterSeconds) }),
    }
  }
}
