import type { Cache, Definition, KeyValue } from '@vidnest/cache-core'
import type { Models } from '../../models/models.ts'
import { ownerCardTag } from '../users/cache.ts'
import { findPage, findPublished, findTrending, type ListFilter } from './queries.ts'
import { VideoDto, VideoPage } from './schema.ts'
import { videoKey, videoTags } from './targets.ts'

type Text = KeyValue

/** What is cached of videos. */
export interface VideoCache {
  readonly one: Definition<{ readonly id: Text }, VideoDto | null>
  readonly list: Definition<
    {
      page: Text
      limit: Text
      sortBy: Text
      sortType: Text
      category?: Text | undefined
      owner?: Text | undefined
    },
    VideoPage
  >
  readonly trending: Definition<{ category?: Text | undefined }, VideoPage>
}

/** Tags of pages with that filter: a write to a video tells the pages of the categories and owners it has or had. */
function pageTags({ category, owner }: { category?: Text | undefined; owner?: Text | undefined }): string[] {
  const filters = [
    ...(category === undefined ? [] : [videoTags.category({ category })]),
    ...(owner === undefined ? [] : [videoTags.owner({ owner })]),
  ]
  return [videoTags.any, ...(filters.length === 0 ? [videoTags.unfiltered] : filters)]
}

function ownerCards(videos: readonly VideoDto[]): string[] {
  return [...new Set(videos.map((video) => ownerCardTag({ id: video.owner.id })))]
}

/** `VideoDto`, or `null` for a video that is not there or not published; that is not kept. */
const VideoOrNull = VideoDto.nullable()

export function defineVideoCache(cache: Cache, models: Models): VideoCache {
  return {
    one: cache.define({
      key: videoKey.template as 'video:{id}',
      load: ({ id }) => findPublished(models, String(id)),
      schema: VideoOrNull,
      policy: 'video',
      tags: () => [videoTags.any],
      valueTags: (video) => (video === null ? [] : ownerCards([video])),
    }),
    list: cache.define({
      key: 'videos:list:page:{page}:limit:{limit}:sort:{sortBy}:{sortType}[:category:{category}][:owner:{owner}]',
      load: (params) => findPage(models, params as unknown as ListFilter),
      schema: VideoPage,
      policy: 'list',
      tags: pageTags,
      valueTags: ({ videos }) => ownerCards(videos),
    }),
    trending: cache.define({
      key: 'videos:trending[:category:{category}]',
      load: ({ category }) => findTrending(models, category === undefined ? undefined : String(category)),
      schema: VideoPage,
      policy: 'trending',
      tags: pageTags,
      valueTags: ({ videos }) => ownerCards(videos),
    }),
  }
}
