import { Router } from 'express'
import type { Context } from '../../context.ts'
import { answer } from '../../http/answer.ts'
import { ApiError } from '../../http/errors.ts'
import { sessionOf } from '../../http/session-guard.ts'
import { read } from '../../http/validate.ts'
import { listDevices } from './devices.ts'
import { LoginBody, RefreshBody, RegisterBody, SessionParams } from './schema.ts'
import { authenticate, register } from './service.ts'
import { signIn } from './sign-in.ts'

/** Registration, logins and sessions. */
export function sessionRoutes(context: Context): Router {
  const { sessions, requireSession, limits } = context
  const router = Router()

  router.post('/register', limits.register, async (req, res) => {
    const body = read(req, 'body', RegisterBody)
    answer(res, 201, { data: await register(context, body), message: 'User registered successfully' })
  })

  router.post('/login', limits.login, async (req, res) => {
    const user = await authenticate(context, read(req, 'body', LoginBody))
    answer(res, 200, {
      data: await signIn(context, { req, res }, user),
      message: 'User logged in successfully',
    })
  })

  router.post('/refresh-token', limits.refresh, async (req, res) => {
    const body = read(req, 'body', RefreshBody)
    const { accessToken, refreshToken, expiresAt } = await sessions.refresh(req, res, body?.refreshToken)
    answer(res, 200, { data: { accessToken, refreshToken, expiresAt }, message: 'Access token refreshed' })
  })

  router.post('/logout', async (req, res) => {
    await sessions.logout(req, res)
    answer(res, 200, { data: {}, message: 'User logged out successfully' })
  })

  router.post('/logout-all', requireSession, async (req, res) => {
    await sessions.logoutAll(sessionOf(req).userId)
    answer(res, 200, { data: {}, message: 'Logged out from all devices' })
  })

  router.get('/sessions', requireSession, async (req, res) => {
    const data = await listDevices(context, req)
    const message = data.complete
      ? 'Sessions fetched successfully'
      : 'Only this session can be told at the moment'
    answer(res, 200, { data, message })
  })

  router.delete('/sessions/:sid', requireSession, async (req, res) => {
    const { userId } = sessionOf(req)
    const { sid } = read(req, 'params', SessionParams)
    if (!(await sessions.end(userId, sid))) throw new ApiError(404, 'Session not found')
    answer(res, 200, { data: {}, message: 'Session ended' })
  })

  return router
}
