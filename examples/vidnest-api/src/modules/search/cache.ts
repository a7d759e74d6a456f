import { trusted } from 'mongoose'
import type { Caches } from '../../config/caches.ts'
import type { Times } from '../../config/times.ts'
import type { Models } from '../../models/models.ts'
import type { Video } from '../../models/video.ts'
import { tags } from '../tags.ts'
import { withOwners } from '../videos/queries.ts'
import { VideoPage } from '../videos/schema.ts'

/** Results on one page. */
export const searchPageSize = 20

/** What is cached of searches: with its key, its life, and how it goes stale. */
export type SearchCache = ReturnType<typeof defineSearchCache>

export function defineSearchCache({ values }: Caches, models: Models, times: Times) {
  return {
    /** Goes stale when a video in it is removed or unpublished; an old title may show until the end of its life. */
    results: values.define({
      key: 'search:{query}:page:{page}',
      policy: times.lives('15m', 'REDIS_SEARCH_TTL'),
      tags: () => [tags.anyFound],
      valueTags: ({ videos }) => videos.map(({ id }) => tags.found({ id })),
      load: ({ query, page }) => findMatching(models, String(query), Number(page)),
      schema: VideoPage,
    }),
  }
}

async function findMatching(models: Models, query: string, page: number): Promise<VideoPage> {
  const filter = { isPublished: true, $text: trusted({ $search: query }) }
  const [rows, totalVideos] = await Promise.all([
    models.Video.find(filter, { score: { $meta: 'textScore' } })
      .sort({ score: { $meta: 'textScore' }, _id: -1 })
      .skip((page - 1) * searchPageSize)
      .limit(searchPageSize)
      .lean<Omit<Video, '_counters' | 'updatedAt'>[]>(),
    models.Video.countDocuments(filter),
  ])
  return { videos: await withOwners(models, rows), totalVideos }
}
