import type { Cache, Counter, KeyValue } from '@vidnest/cache-core'
import { mongoCounterSink } from '@vidnest/mongoose-plugin'
import { Types } from 'mongoose'
import type { Models } from '../../models/models.ts'
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
  const fromVideo =
    (field: 'likes' | 'dislikes') =>
    async ({ id }: { id: KeyValue }): Promise<number> =>
      (await models.Video.findById(String(id), { [field]: 1 }).lean<Record<typeof field, number> | null>())?.[
        field
      ] ?? 0
  return {
    views: cache.counter({
      key: viewsKey,
      seed: ({ id }) => seedViews(models, String(id)),
      sink: mongoCounterSink(models.Video, 'views'),
      flushEvery: `${syncSeconds}s`,
    }),
    likes: cache.counter({ key: 'video:likes:{id}', seed: fromVideo('likes') }),
    dislikes: cache.counter({ key: 'video:dislikes:{id}', seed: fromVideo('dislikes') }),
    subscribers: cache.counter({
      key: 'channel:subscribers:{id}',
      seed: ({ id }) => models.Subscription.countDocuments({ channel: new Types.ObjectId(String(id)) }),
    }),
  }
}

/** The count in MongoDB, and which batch it contains: both from one read, or pending deltas could count twice. */
async function seedViews(models: Models, id: string): Promise<{ value: number; applied: number }> {
  const row = await models.Video.findById(id)
    .select('views +_counters')
    .lean<{ views?: number; _counters?: Readonly<Record<string, Readonly<Record<string, number>>>> } | null>()
  return { value: row?.views ?? 0, applied: row?._counters?.['views']?.[viewsShard] ?? 0 }
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
