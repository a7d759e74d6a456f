import { type RequestHandler, Router } from 'express'
import type { Context } from '../../context.ts'
import { answer } from '../../http/answer.ts'
import { sessionOf } from '../../http/session-guard.ts'
import { read } from '../../http/validate.ts'
import { dropUploads, keepUploads, readUploads } from '../../media/uploads.ts'
import { ifReachable } from './if-reachable.ts'
import { ChangePasswordBody, ChannelParams, EditMeBody } from './schema.ts'
import { changePassword, editMe, showChannel, showMe } from './service.ts'
import { sessionRoutes } from './session-routes.ts'
import { signIn } from './sign-in.ts'

/** Everything under `/users`. */
export function userRoutes(context: Context): Router {
  const { requireSession } = context
  const router = Router()
  router.use(sessionRoutes(context))

  router.get('/me', requireSession, async (req, res) => {
    answer(res, 200, {
      data: await showMe(context, sessionOf(req).userId),
      message: 'Current user fetched successfully',
    })
  })

  router.patch('/me', requireSession, async (req, res) => {
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

  router.patch('/me/avatar', ...imageRoute(context, 'avatar'))
  router.patch('/me/cover-image', ...imageRoute(context, 'coverImage'))

  router.post('/me/change-password', requireSession, async (req, res) => {
    const { userId } = sessionOf(req)
    const user = await changePassword(context, userId, read(req, 'body', ChangePasswordBody))
    const signedIn = await ifReachable(signIn(context, { req, res }, user))
    const message = 'Password changed successfully'
    if (signedIn === undefined) {
      answer(res, 200, { data: {}, message: `${message}; please sign in again` })
      return
    }
    const { accessToken, refreshToken, expiresAt } = signedIn
    answer(res, 200, { data: { accessToken, refreshToken, expiresAt }, message })
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

/** Takes a picture of the user in the field of that name. */
function imageRoute(context: Context, field: 'avatar' | 'coverImage'): RequestHandler[] {
  const { limits, media, requireSession } = context
  const files = { [field]: 'image' } as const
  const keepImage: RequestHandler = async (req, res) => {
    const { userId } = sessionOf(req)
    try {
      const data = await editMe(context, userId, await keepUploads(req, media, files))
      answer(res, 200, { data, message: 'Image updated successfully' })
    } finally {
      await dropUploads(req)
    }
  }
  return [requireSession, limits.upload, readUploads(media.incoming, files), keepImage]
}
