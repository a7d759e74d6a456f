import type { Cache, Definition, KeyValue } from '@vidnest/cache-core'
import { trusted } from 'mongoose'
import type { Models } from '../../models/models.ts'
import type { Video } from '../../models/video.ts'
import { withOwners } from '../videos/queries.ts'
import { VideoPage } from '../videos/schema.ts'
import { videoTags } from '../videos/targets.ts'

/** Results on one page. */
export const searchPageSize = 20

/** What is cached of searches: an old title may show until the TTL, a video that is gone may not. */
export interface SearchCache {
  readonly results: Definition<{ readonly query: KeyValue; readonly page: KeyValue }, VideoPage>
}

export function defineSearchCache(cache: Cache, models: Models): SearchCache {
  return {
    results: cache.define({
      key: 'search:{query}:page:{page}',
      load: ({ query, page }) => findMatching(models, String(query), Number(page)),
      schema: VideoPage,
      policy: 'search',
      tags: () => [videoTags.anyFound],
      valueTags: ({ videos }) => videos.map(({ id }) => videoTags.found({ id })),
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
