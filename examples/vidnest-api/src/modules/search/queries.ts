import { trusted } from 'mongoose'
import type { Models } from '../../models/models.ts'
import type { Video } from '../../models/video.ts'
import { withOwners } from '../videos/queries.ts'
import type { VideoPage } from '../videos/schema.ts'

/** Results on one page. */
export const searchPageSize = 20

/** The published videos that match, best first. */
export async function findMatching(models: Models, query: string, page: number): Promise<VideoPage> {
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
