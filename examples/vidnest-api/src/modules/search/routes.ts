import { Router } from 'express'
import type { Context } from '../../context.ts'
import { answer } from '../../http/answer.ts'
import { read } from '../../http/validate.ts'
import { SearchQuery } from '../videos/schema.ts'
import { searchVideos } from './service.ts'

export function searchRoutes(context: Context): Router {
  const router = Router()
  router.get('/', async (req, res) => {
    const { q, page } = read(req, 'query', SearchQuery)
    answer(res, 200, {
      data: await searchVideos(context, q, page),
      message: 'Search results fetched successfully',
    })
  })
  return router
}
