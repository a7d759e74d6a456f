import { type Cluster, Redis } from 'ioredis'
import type { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5'
import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { Cache, CacheOptions, KeyValue, RedisLike } from '../src/index.ts'
import { createCache, defineKey, defineTag } from '../src/index.ts'

declare const cache: Cache

const Video = z.object({ id: z.string(), title: z.string(), owner: z.object({ id: z.string() }) })

describe('keys', () => {
  test('parameters are typed from the template', () => {
    const key = defineKey('list:{page}:sort:{sort}[:category:{category}][:owner:{owner}]')
    expectTypeOf(key.build).parameter(0).toEqualTypeOf<{
      readonly page: KeyValue
      readonly sort: KeyValue
      readonly category?: KeyValue | undefined
      readonly owner?: KeyValue | undefined
    }>()
    expectTypeOf(key.parse('')).toEqualTypeOf<
      | {
          readonly page: string
          readonly sort: string
          readonly category?: string | undefined
          readonly owner?: string | undefined
        }
      | undefined
    >()
    // @ts-expect-error a required parameter is missing
    key.build({ page: 1 })
    // @ts-expect-error no such parameter
    key.build({ page: 1, sort: 'a', limit: 2 })
    // @ts-expect-error an object is no key value
    key.build({ page: { $ne: null }, sort: 'a' })
    // @ts-expect-error the template has no parameters
    defineKey('searches:popular').build({ page: 1 })
    // @ts-expect-error a tag's parameters are typed too
    defineTag('owner:{id}')({ owner: 1 })
  })
})

describe('definitions', () => {
  test('the value is typed by the loader', () => {
    const count = cache.define({
      key: 'count:{id}',
      load: ({ id }, { signal }) => ({ id, aborted: signal.aborted }),
      policy: { ttl: '5m' },
    })
    expectTypeOf(count.getOrSet({ id: 1 })).resolves.toEqualTypeOf<{ id: KeyValue; aborted: boolean }>()
    // @ts-expect-error a wrong parameter
    void count.get({ ID: 1 })
    // @ts-expect-error a wrong value
    void count.set({ id: 1 }, 'text')
  })

  test('the value is typed by the schema, and the loader must fit it', () => {
    const video = cache.define({
      key: 'video:{id}',
      load: ({ id }, { stale }) => ({ id: String(id), title: stale?.title ?? 'new', owner: { id: '1' } }),
      schema: Video,
      policy: 'list',
      valueTags: (value) => [`owner:${value.owner.id}`],
    })
    expectTypeOf(video.get({ id: 1 })).resolves.toEqualTypeOf<z.infer<typeof Video> | undefined>()
    // @ts-expect-error the loader's value does not fit the schema
    cache.define({ key: 'v:{id}', load: () => ({ id: 1 }), schema: Video, policy: { ttl: '5m' } })
    // @ts-expect-error a schema whose input and output differ cannot check stored values
    cache.define({ key: 'v:{id}', schema: z.string().transform(Number), policy: { ttl: '5m' } })
  })

  test('tags, batches, partial parameters and ad-hoc values are typed too', () => {
    const video = cache.define({
      key: 'video:{id}[:in:{language}]',
      load: ({ id }) => ({ id: String(id) }),
      policy: { ttl: '5m' },
    })
    const params = [{ id: 1 }, { id: 2, language: 'en' }]
    expectTypeOf(video.getMany(params)).resolves.toEqualTypeOf<({ id: string } | undefined)[]>()
    expectTypeOf(video.getOrSetMany(params)).resolves.toEqualTypeOf<{ id: string }[]>()
    expectTypeOf(
      video.getOrSetMany(params, (missing) => missing.map(({ id }) => ({ id: String(id) }))),
    ).resolves.toEqualTypeOf<{ id: string }[]>()
    expectTypeOf(cache.getOrSet('key', () => 1, { policy: 'list' })).resolves.toEqualTypeOf<number>()
    // @ts-expect-error a wrong parameter in a batch
    void video.getOrSetMany([{ ID: 1 }])
    // @ts-expect-error a batch loads values of the definition
    void video.getOrSetMany(params, (missing) => missing.map(({ id }) => id))
    // @ts-expect-error the missing ones have the parameters of the definition
    void video.getOrSetMany(params, (missing) => missing.map(({ ID }) => ({ id: ID })))
    // @ts-expect-error a batch that only looks cannot ask for fresh values
    void video.getMany(params, { fresh: true })
    // @ts-expect-error no such parameter to match
    void video.invalidateMatching({ wrong: 1 })
    // @ts-expect-error no such parameter to match
    video.targetMatching({ wrong: 1 })
    // @ts-expect-error no such parameter
    video.target({ wrong: 1 })
    cache.define({
      key: 'v:{id}',
      load: () => 1,
      policy: { ttl: '5m' },
      // @ts-expect-error tags are made from the parameters of the key
      tags: ({ wrong }) => [String(wrong)],
    })
    // @ts-expect-error tags are text
    cache.define({ key: 'v:{id}', load: () => 1, policy: { ttl: '5m' }, tags: ({ id }) => [id] })
    // @ts-expect-error the loader's value is none of the type that was asked for
    const title: Promise<string> = cache.getOrSet('key', () => 1, { policy: 'list' })
    // @ts-expect-error the loader's value is none of the type that was named
    void cache.getOrSet<string>('key', () => 1, { policy: 'list' })
    // @ts-expect-error tags are made from the loader's value
    void cache.getOrSet('key', () => 1, { policy: 'list', valueTags: (value) => [value.owner] })
    // @ts-expect-error no such option of an invalidation
    void cache.invalidate('all', { dryrun: true })
    return title
  })

  test('numbers are no durations, and unknown options do not compile', () => {
    // @ts-expect-error seconds or milliseconds?
    cache.define({ key: 'v:{id}', load: () => 1, policy: { ttl: 300 } })
    // @ts-expect-error seconds or milliseconds?
    createCache({ namespace: 'n', memory: { ttl: 5000 } })
    // @ts-expect-error no such way to hear of others
    createCache({ namespace: 'n', memory: { coherence: 'poll' } })
    // @ts-expect-error no such option
    cache.define({ key: 'v:{id}', load: () => 1, policy: { ttl: '5m' }, timeToLive: '5m' })
    // @ts-expect-error no such target
    void cache.invalidate({ name: 'x' })
    // @ts-expect-error a seed is a number
    cache.counter({ key: 'views:{id}', seed: () => '0' })
  })

  test('targets of definitions fit invalidate', () => {
    const video = cache.define({ key: 'video:{id}', load: () => 1, policy: { ttl: '5m' } })
    expectTypeOf(cache.invalidate).toBeCallableWith([
      video.target({ id: 1 }),
      video.targetMatching({}),
      { tag: 't' },
      'all',
    ])
  })
})

test('clients of ioredis 5 and 6, single and Cluster, fit the structural type', () => {
  expectTypeOf<Redis>().toExtend<RedisLike>()
  expectTypeOf<Cluster>().toExtend<RedisLike>()
  expectTypeOf<Redis5>().toExtend<RedisLike>()
  expectTypeOf<Cluster5>().toExtend<RedisLike>()
  expectTypeOf(createCache).toBeCallableWith({ redis: new Redis(), namespace: 'n' })
  expectTypeOf<CacheOptions['namespace']>().toEqualTypeOf<string>()
})
