import { Router } from 'express'
import type { Context } from '../../context.ts'
import { answer } from '../../http/answer.ts'
import { sessionOf } from '../../http/session-guard.ts'
import { read } from '../../http/validate.ts'
import { dropUploads, keepUploads, readUploads } from '../../media/uploads.ts'
import { EditBody, IdParams, ListQuery, TrendingQuery, UploadBody } from './schema.ts'
import {
  countView,
  createVideo,
  deleteVideo,
  editVideo,
  listVideos,
  showVideo,
  togglePublished,
  trendingVideos,
} from './service.ts'

export function videoRoutes(context: Context): Router {
  const { requireSession } = context
  const router = Router()

  router.get('/', async (req, res) => {
    const data = await listVideos(context, read(req, 'query', ListQuery))
    answer(res, 200, { data, message: 'Videos fetched successfully' })
  })

  router.get('/trending', async (req, res) => {
    const { category } = read(req, 'query', TrendingQuery)
    answer(res, 200, {
      data: await trendingVideos(context, category),
      message: 'Trending videos fetched successfully',
    })
  })

  router.get('/:id', async (req, res) => {
    const { id } = read(req, 'params', IdParams)
    answer(res, 200, {
      data: await showVideo(context, id, req.session),
      message: 'Video fetched successfully',
    })
  })

  router.use(uploadRoute(context))

  router.patch('/:id', requireSession, async (req, res) => {
    const { userId } = sessionOf(req)
    const { id } = read(req, 'params', IdParams)
    const data = await editVideo(context, { id, owner: userId }, read(req, 'body', EditBody))
    answer(res, 200, { data, message: 'Video updated successfully' })
  })

  router.patch('/:id/publish', requireSession, async (req, res) => {
    const { userId } = sessionOf(req)
    const { id } = read(req, 'params', IdParams)
    const data = await togglePublished(context, id, userId)
    answer(res, 200, { data, message: data.isPublished ? 'Video published' : 'Video unpublished' })
  })

  router.delete('/:id', requireSession, async (req, res) => {
    const { userId } = sessionOf(req)
    const { id } = read(req, 'params', IdParams)
    await deleteVideo(context, id, userId)
    answer(res, 200, { data: {}, message: 'Video deleted successfully' })
  })

  router.post('/:id/view', async (req, res) => {
    const { id } = read(req, 'params', IdParams)
    answer(res, 200, { data: { views: await countView(context, id) }, message: 'View count incremented' })
  })

  return router
}

const files = { videoFile: 'video', thumbnail: 'image' } as const

function uploadRoute(context: Context): Router {
  const { limits, media, requireSession } = context
  const router = Router()
  router.post('/', requireSession, limits.upload, readUploads(media.incoming, files), async (req, res) => {
    const { userId } = sessionOf(req)
    try {
      const body = read(req, 'body', UploadBody)
      const addresses = await keepUploads(req, media, files)
      const data = await createVideo(context, userId, { ...body, ...addresses })
      answer(res, 201, { data, message: 'Video uploaded successfully' })
    } finally {
      await dropUploads(req)
    }
  })
  return router
}
