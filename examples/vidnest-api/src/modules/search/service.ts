import type { Context } from '../../context.ts'
import { withCounts } from '../videos/counted-video.ts'
import type { CountedPage } from '../videos/service.ts'
import { queryName } from './cache.ts'
import { findMatching, searchPageSize } from './queries.ts'

/** Videos that match; searches that differ in case and spaces only are one. */
export async function searchVideos(
  { search, videos, models }: Context,
  text: string,
  page: number,
): Promise<CountedPage> {
  const query = text.toLowerCase().replace(/\s+/g, ' ')
  const found = await search.results.getOrSet({ query: queryName(query), page }, () =>
    findMatching(models, query, page),
  )
  return {
    videos: await withCounts(videos, found.videos),
    page,
    limit: searchPageSize,
    totalVideos: found.totalVideos,
    totalPages: Math.ceil(found.totalVideos / searchPageSize),
  }
}
