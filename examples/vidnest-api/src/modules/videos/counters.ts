import type { Cache, Counter, KeyValue } from '@vidnest/cache-core'
import { mongoCounterSink } from '@vidnest/mongoose-plugin'
import { Types } from 'mongoose'
import type { Models } from '../../models/models.ts'
import { countReader } from './count-reader.ts'
import type { VideoDto } from './schema.ts'

type ById = Counter<{ readonly id: KeyValue }>

/** Numbers that change all the time: counted in Redis, seeded from MongoDB, written back in batches. */
export interface VideoCounters {
  readonly views: ById
  readonly likes: ById
  readonly dislikes: ById
  readonly subscribers: ById
}

/** A video with its numbers. */
export type CountedVideo = VideoDto & {
  readonly views: number
  readonly likes: number
  readonly dislikes: number
}

const viewsKey = 'video:views:{id}'
/** Name under which the sink guards the views of a document. */
const viewsShard = 'video:views:id'

export function defineVideoCounters(cache: Cache, models: Models, syncSeconds: number): VideoCounters {
  const stored = countReader(models)
  return {
    views: cache.counter({
      key: viewsKey,
      // Both from one read, or deltas that MongoDB has already could count twice.
      seed: async ({ id }) => {
        const { views, _counters } = await stored(String(id))
        return { value: views, applied: _counters?.['views']?.[viewsShard] ?? 0 }
      },
      sink: mongoCounterSink(models.Video, 'views'),
      flushEvery: `${syncSeconds}s`,
    }),
    likes: cache.counter({
      key: 'video:likes:{id}',
      seed: async ({ id }) => (await stored(String(id))).likes,
    }),
    dislikes: cache.counter({
      key: 'video:dislikes:{id}',
      seed: async ({ id }) => (await stored(String(id))).dislikes,
    }),
    subscribers: cache.counter({
      key: 'channel:subscribers:{id}',
      seed: ({ id }) => models.Subscription.countDocuments({ channel: new Types.ObjectId(String(id)) }),
    }),
  }
}

/** Puts the present numbers to videos that came from the cache without them. */
export async function withCounts(
  counters: VideoCounters,
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
