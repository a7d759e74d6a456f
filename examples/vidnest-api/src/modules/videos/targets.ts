import { defineKey, defineTag, type InvalidateTarget } from '@vidnest/cache-core'
import type { Change } from '@vidnest/mongoose-plugin'
import { channelStatsKey } from '../users/cache.ts'

/** Key of one video. */
export const videoKey = defineKey('video:{id}')

/** Tags of what shows videos. */
export const videoTags = {
  /** Everything that shows any video: for writes of which it is not known what they changed. */
  any: 'videos',
  /** Pages and trending of all categories and owners. */
  unfiltered: 'videos:unfiltered',
  category: defineTag('videos:category:{category}'),
  owner: defineTag('videos:owner:{owner}'),
  /** Search results that hold the video: told only when it is gone, since a title may lag there. */
  found: defineTag('video-found:{id}'),
  /** All search results: for videos that may be gone without it being known which. */
  anyFound: 'videos:found',
}

/** A video's fields as far as pages depend on them. */
interface Placed {
  readonly owner?: unknown
  readonly category?: unknown
  readonly isPublished?: unknown
}

/**
 * What a write to a video makes stale: itself, and every page that it was or is on; all pages where it is not known for
 * certain which these are.
 */
export function videoTargets({ id, touched, before, after, exactness }: Change): readonly InvalidateTarget[] {
  const self = id === undefined ? [] : [{ key: videoKey.build({ id: String(id) }) }]
  if (id === undefined || exactness !== 'exact') {
    const mayBeGone = touched === 'all' || touched.has('isPublished')
    const found = id === undefined ? videoTags.anyFound : videoTags.found({ id: String(id) })
    return [...self, { tag: videoTags.any }, ...(mayBeGone ? [{ tag: found }] : [])]
  }
  const places = [before, after].filter((place) => place !== undefined) as readonly Placed[]
  const published = places.filter((place) => place.isPublished === true)
  const gone = published.length > 0 && (after as Placed | undefined)?.isPublished !== true
  return [
    ...self,
    ...(published.length > 0 ? [{ tag: videoTags.unfiltered }] : []),
    ...published.flatMap(({ category, owner }) => [
      { tag: videoTags.category({ category: String(category) }) },
      { tag: videoTags.owner({ owner: String(owner) }) },
      { key: channelStatsKey.build({ id: String(owner) }) },
    ]),
    ...(gone ? [{ tag: videoTags.found({ id: String(id) }) }] : []),
  ]
}
