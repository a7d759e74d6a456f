import type { InvalidateTarget, KeyValue } from '@vidnest/cache-core'
import { type Change, mongoCounterSink } from '@vidnest/mongoose-plugin'
import type { Caches } from '../../config/caches.ts'
import type { Times } from '../../config/times.ts'
import type { Models } from '../../models/models.ts'
import { tags } from '../tags.ts'
import type { UserCache } from '../users/cache.ts'
import { countReader } from './count-reader.ts'
import { findPage, findPublished, findTrending } from './queries.ts'
import { VideoDto, VideoPage } from './schema.ts'

/** Name under which the sink notes in a document which views it contains. */
const viewsShard = 'video:views:id'

/** What is cached and counted of videos: each with its key, its life, and how it goes stale. */
export type VideoCache = ReturnType<typeof defineVideoCache>

export function defineVideoCache({ values, counts }: Caches, models: Models, times: Times) {
  const stored = countReader(models)
  return {
    /** Goes stale with every video that is or was on it, and with an owner's card on it. */
    list: values.define({
      key: 'videos:list:page:{page}:limit:{limit}:sort:{sortBy}:{sortType}[:category:{category}][:owner:{owner}]',
      policy: times.lives('5m', 'REDIS_VIDEO_LIST_TTL'),
      tags: pageTags,
      valueTags: ({ videos }) => cardTags(videos),
      load: (params) => findPage(models, params),
      schema: VideoPage,
    }),

    /** Goes stale by its key, and with its owner's card. `null`, also for a draft, is not kept. */
    one: values.define({
      key: 'video:{id}',
      policy: times.lives('15m', 'REDIS_VIDEO_TTL'),
      tags: () => [tags.anyVideo],
      valueTags: (video) => (video === null ? [] : cardTags([video])),
      load: ({ id }) => findPublished(models, String(id)),
      schema: VideoDto.nullable(),
    }),

    /** Goes stale as a list does; loaded again in the background before that, so that nobody waits for it. */
    trending: values.define({
      key: 'videos:trending[:category:{category}]',
      policy: { ...times.lives('10m', 'REDIS_TRENDING_TTL'), earlyRefresh: 0.8 },
      tags: pageTags,
      valueTags: ({ videos }) => cardTags(videos),
      load: ({ category }) => findTrending(models, category),
      schema: VideoPage,
    }),

    /** Lives on, seeded from MongoDB and written back to it. */
    views: counts.counter({
      key: 'video:views:{id}',
      seed: async ({ id }) => {
        // Both from one read, or deltas that MongoDB has already could count twice.
        const { views, _counters } = await stored(String(id))
        return { value: views, applied: _counters?.['views']?.[viewsShard] ?? 0 }
      },
      sink: mongoCounterSink(models.Video, 'views'),
      flushEvery: times.duration('5m', 'COUNTER_SYNC_SECONDS'),
    }),

    likes: counts.counter({
      key: 'video:likes:{id}',
      seed: async ({ id }) => (await stored(String(id))).likes,
    }),

    dislikes: counts.counter({
      key: 'video:dislikes:{id}',
      seed: async ({ id }) => (await stored(String(id))).dislikes,
    }),
  }
}

/** A page's filter: a write to a video tells the pages of the categories and owners that it has or had. */
interface PageFilter {
  readonly category?: KeyValue | undefined
  readonly owner?: KeyValue | undefined
}

function pageTags({ category, owner }: PageFilter): string[] {
  const filters = [
    ...(category === undefined ? [] : [tags.category({ category })]),
    ...(owner === undefined ? [] : [tags.owner({ owner })]),
  ]
  return [tags.anyVideo, ...(filters.length === 0 ? [tags.unfiltered] : filters)]
}

function cardTags(videos: readonly VideoDto[]): string[] {
  return [...new Set(videos.map(({ owner }) => tags.ownerCard({ id: owner.id })))]
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
export function staleAfterVideo(
  { id, touched, before, after, exactness }: Change,
  { one, channelStats }: Pick<VideoCache, 'one'> & Pick<UserCache, 'channelStats'>,
): readonly InvalidateTarget[] {
  const self = id === undefined ? [] : [one.target({ id: String(id) })]
  if (id === undefined || exactness !== 'exact') {
    const mayBeGone = touched === 'all' || touched.has('isPublished')
    const found = id === undefined ? tags.anyFound : tags.found({ id: String(id) })
    return [...self, { tag: tags.anyVideo }, ...(mayBeGone ? [{ tag: found }] : [])]
  }
  const places: readonly Placed[] = [before, after].filter((place) => place !== undefined)
  const published = places.filter(({ isPublished }) => isPublished === true)
  const gone = published.length > 0 && after?.['isPublished'] !== true
  return [
    ...self,
    ...(published.length > 0 ? [{ tag: tags.unfiltered }] : []),
    ...published.flatMap(({ category, owner }) => [
      { tag: tags.category({ category: String(category) }) },
      { tag: tags.owner({ owner: String(owner) }) },
      channelStats.target({ id: String(owner) }),
    ]),
    ...(gone ? [{ tag: tags.found({ id: String(id) }) }] : []),
  ]
}
