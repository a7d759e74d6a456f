import type { VideoCache } from './cache.ts'
import type { VideoDto } from './schema.ts'

/** A video with its numbers. */
export type CountedVideo = VideoDto & {
  readonly views: number
  readonly likes: number
  readonly dislikes: number
}

/** Puts the present numbers to videos that came from the cache without them. */
export async function withCounts(
  counters: Pick<VideoCache, 'views' | 'likes' | 'dislikes'>,
  videos: readonly VideoDto[],
): Promise<CountedVideo[]> {
  const ids = videos.map(({ id }) => ({ id }))
  const [views, likes, dislikes] = await Promise.all([
    counters.views.getMany(ids),
    counters.likes.getMany(ids),
    counters.dislikes.getMany(ids),
  ])
  return videos.map((video, index) => ({
    ...video,
    views: views[index] ?? 0,
    likes: likes[index] ?? 0,
    dislikes: dislikes[index] ?? 0,
  }))
}
