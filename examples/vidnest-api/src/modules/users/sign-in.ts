import type { Request, Response } from 'express'
import type { Context } from '../../context.ts'
import { ApiError } from '../../http/errors.ts'
import type { CheckedUser } from './service.ts'

/** A request and its answer, which gets the session's cookies. */
export interface Exchange {
  readonly req: Request
  readonly res: Response
}

/** Whom a session was started for, and its tokens. */
export interface SignedIn {
  readonly userId: string
  readonly role: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: number
}

/**
 * Starts a session for a user whose password was checked. The role is read, and the password compared with the one that was
 * checked, once the session has noted what would end it: whatever changes from there on ends it too.
 * @throws {ApiError} 401 when the password has changed since; {SessionError} 503
 */
export async function signIn(
  { models, sessions }: Context,
  { req, res }: Exchange,
  { userId, passwordHash }: CheckedUser,
): Promise<SignedIn> {
  let role = ''
  const { accessToken, refreshToken, expiresAt } = await sessions.login(req, res, {
    userId,
    role: async () => {
      const user = await models.User.findOne({ _id: userId, passwordHash }, { role: 1 }).lean<{
        role: string
      }>()
      if (user === null) throw new ApiError(401, 'Invalid user credentials')
      return (role = user.role)
    },
  })
  return { userId, role, accessToken, refreshToken, expiresAt }
}
