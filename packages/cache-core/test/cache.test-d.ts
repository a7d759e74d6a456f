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
