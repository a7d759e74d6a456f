import { type RequestSession, SessionError } from '@vidnest/express-middleware'
import type { Request } from 'express'

/** The session of a request that has passed `requireSession`. @throws {SessionError} 401 when it has not. */
export function sessionOf(req: Request): RequestSession {
  if (req.session === undefined) throw new SessionError('missing', 'sign in first')
  return req.session
}
