import type { Cache, CounterSink, InvalidateTarget, RedisLike } from '@vidnest/cache-core'
import mongoose from 'mongoose'
import { assertType, describe, expectTypeOf, it } from 'vitest'

import {
  afterCommit,
  attachConnection,
  type Attachment,
  cachePlugin,
  type CacheQueryHelpers,
  type CacheStatics,
  type Change,
  mongoCounterSink,
  type QueryExplanation,
} from '../src/index.ts'

declare const cache: Cache

interface Video {
  title: string
  category: string
  views: number
  _id: mongoose.Types.ObjectId
}

describe('cachePlugin', () => {
  it('is a plugin of Mongoose whose options are typed', () => {
    const schema = new mongoose.Schema(
      { title: String, category: { type: String, required: true } },
      { timestamps: true },
    )
    schema.plugin(cachePlugin, {
      cache,
      watch: ['category'],
      invalidate: (change) => {
        expectTypeOf(change).toEqualTypeOf<Change>()
        expectTypeOf(change.id).toEqualTypeOf<{ toString(): string } | undefined>()
        return [{ key: `video:${String(change.id)}` }, 'all']
      },
    })
    schema.plugin(cachePlugin, { cache, policy: { ttl: '1m' } })
    // @ts-expect-error cache is missing
    schema.plugin(cachePlugin, { invalidate: () => [] })
    schema.plugin(cachePlugin, { cache, invalidate: () => [], images: 'transaction' })
    // @ts-expect-error there is no such mode
    schema.plugin(cachePlugin, { cache, invalidate: () => [], images: 'fenced' })
  })

  it('takes schemas with a declared document type, and a function that returns the cache', () => {
    const schema = new mongoose.Schema<Video>({ title: String, category: String }, { timestamps: true })
    schema.plugin(cachePlugin, { cache: () => cache, invalidate: () => Promise.resolve([{ tag: 'videos' }]) })
  })

  it('is a plugin for schemas with methods, statics and virtuals, and for all schemas', () => {
    const options = { statics: { a: () => 1 }, methods: { b: () => 2 }, virtuals: { c: { get: () => 3 } } }
    const schema = new mongoose.Schema({ title: String }, options)
    schema.plugin(cachePlugin, { cache, invalidate: () => [] })
    mongoose.plugin(cachePlugin, { cache, invalidate: () => [] })
  })

  it('takes a callback that names the document type', () => {
    const targets = ({ id, before, after }: Change<Video>): InvalidateTarget[] => {
      expectTypeOf(id).toEqualTypeOf<mongoose.Types.ObjectId | undefined>()
      expectTypeOf(before).toEqualTypeOf<Readonly<Partial<Video>> | undefined>()
      return [before?.category, after?.category].map((category) => ({ tag: `category:${category}` }))
    }
    const schema = new mongoose.Schema<Video>({ title: String, category: String })
    schema.plugin(cachePlugin, { cache, watch: ['category'], invalidate: targets })
  })
})

describe('cached queries', () => {
  type VideoModel = mongoose.Model<Video, CacheQueryHelpers> & CacheStatics
  const model = mongoose.model<Video, VideoModel>('CachedVideo', new mongoose.Schema<Video>() as never)

  it('are typed as the queries they are, wherever cache stands', async () => {
    expectTypeOf(
      (await model.find({ category: 'a' }).cache({ ttl: '1m' }).sort({ title: 1 }))[0]?.title,
    ).toEqualTypeOf<string | undefined>()
    expectTypeOf(await model.countDocuments().cache()).toEqualTypeOf<number>()
    expectTypeOf(
      (
        await model
          .findById('id')
          .lean()
          .cache({ tags: ['home'] })
      )?.views,
    ).toEqualTypeOf<number | undefined>()
    expectTypeOf(await model.find().cache().explainCache()).toEqualTypeOf<QueryExplanation>()
    expectTypeOf(await model.cachedAggregate<{ total: number }>([])).toEqualTypeOf<{ total: number }[]>()
  })

  it('take durations as texts only', () => {
    // @ts-expect-error a bare number has no unit
    void model.find().cache({ ttl: 60 })
    // @ts-expect-error there is no such option
    void model.find().cache({ time: '1m' })
  })
})

describe('mongoCounterSink', () => {
  it('takes a model', () => {
    const model = mongoose.model('Video', new mongoose.Schema<Video>({ views: Number }))
    assertType<CounterSink>(mongoCounterSink(model, 'views', { stateCollection: 'state' }))
  })
})

describe('afterCommit', () => {
  it('takes a session, or none', () => {
    expectTypeOf(afterCommit).toBeCallableWith(session, () => {})
    expectTypeOf(afterCommit).toBeCallableWith(undefined, async () => {})
  })
})

declare const session: mongoose.ClientSession

describe('attachConnection', () => {
  it('takes a connection of Mongoose and the client of the cache', () => {
    const redis = {} as RedisLike
    const options = { cache, changeStream: { redis, lease: '5s' }, monitor: 'warn' } as const
    expectTypeOf(attachConnection(mongoose.connection, options)).toEqualTypeOf<Promise<Attachment>>()
    // @ts-expect-error a change stream needs Redis
    void attachConnection(mongoose.connection, { cache, changeStream: {} })
    // @ts-expect-error there is no such kind of monitor
    void attachConnection(mongoose.connection, { cache, monitor: 'throw' })
  })
})
