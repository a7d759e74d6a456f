import { Router } from 'express'
import type { Context } from '../../context.ts'
import { answer } from '../../http/answer.ts'
import { requireSession, sessionOf } from '../../http/session-guard.ts'
import { read } from '../../http/validate.ts'
import { dropUploads, keepUpload, readUploads } from '../../media/uploads.ts'
import { ChangePasswordBody, ChannelParams, EditMeBody } from './schema.ts'
import { changePassword, editMe, showChannel, showMe } from './service.ts'
import { sessionRoutes } from './session-routes.ts'

/** Everything under `/users`. */
export function userRoutes(context: Context): Router {
  const router = Router()
  router.use(sessionRoutes(context))

  router.get('/me', async (req, res) => {
    answer(res, 200, {
      data: await showMe(context, sessionOf(req).userId),
      message: 'Current user fetched successfully',
    })
  })

  router.patch('/me', async (req, res) => {
    const { userId } = sessionOf(req)
    const change = read(req, 'body', EditMeBody)
    const given = Object.fromEntries(
      Object.entries(change).filter(([, value]) => value !== undefined),
    ) as Record<string, string>
    answer(res, 200, {
      data: await editMe(context, userId, given),
      message: 'Account details updated successfully',
    })
  })

  for (const [path, field] of [
    ['avatar', 'avatar'],
    ['cover-image', 'coverImage'],
  ] as const) {
    router.patch(
      `/me/${path}`,
      requireSession,
      context.limits.upload,
      readUploads(context.media.incoming, { [field]: 'image' }),
      async (req, res) => {
        const { userId } = sessionOf(req)
        try {
          const address = await keepUpload(req, context.media, { field, kind: 'image' })
          const data = await editMe(context, userId, { [field]: address })
          answer(res, 200, { data, message: 'Image updated successfully' })
        } finally {
          await dropUploads(req)
        }
      },
    )
  }

  router.post('/me/change-password', async (req, res) => {
    const { userId } = sessionOf(req)
    const role = await changePassword(context, userId, read(req, 'body', ChangePasswordBody))
    const { accessToken, refreshToken, expiresAt } = await context.sessions.login(req, res, { userId, role })
    answer(res, 200, {
      data: { accessToken, refreshToken, expiresAt },
      message: 'Password changed successfully',
    })
  })

  router.get('/c/:username', async (req, res) => {
    const { username } = read(req, 'params', ChannelParams)
    answer(res, 200, {
      data: await showChannel(context, username),
      message: 'User channel fetched successfully',
    })
  })

  return router
}
