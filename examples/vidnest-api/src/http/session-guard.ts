import { type RequestSession, SessionError } from '@vidnest/express-middleware'
import type { NextFunction, Request, Response } from 'express'

/** The session of the request. @throws {SessionError} 401 when there is none. */
export function sessionOf(req: Request): RequestSession {
  if (req.session === undefined) throw new SessionError('missing', 'sign in first')
  return req.session
}

/** Lets only requests with a session go on. */
export function requireSession(req: Request, _res: Response, next: NextFunction): void {
  sessionOf(req)
  next()
}
