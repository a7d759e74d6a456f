import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createCache, type CacheEvents } from '../src/index.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from './support/connect.ts'

afterEach(closeAll)

describe('bad options', () => {
  test.each([
    [{ namespace: 'with:colon' }, 'namespace'],
    [{ namespace: '' }, 'namespace'],
    [{ namespace: 'n', redis: undefined }, 'redis'],
    [{ namespace: 'n', memory: true }, 'memory'],
    [{ namespace: 'n', memory: { ttl: 5 } }, 'memory.ttl'],
    [{ namespace: 'n', redis: {} }, 'redis'],
    [{ namespace: 'n', redisTimeout: 100 }, 'redisTimeout'],
    [{ namespace: 'n', waitTimeout: 'forever' }, 'waitTimeout'],
    [{ namespace: 'n', loaderConcurrency: 0 }, 'loaderConcurrency'],
    [{ namespace: 'n', loaderConcurrency: 1.5 }, 'loaderConcurrency'],
    [{ namespace: 'n', onInvalidationFailure: 'ignore' }, 'onInvalidationFailure'],
    [{ namespace: 'n', policies: { list: { ttl: '5x' } } }, 'policies.list.ttl'],
    [{ namespace: 'n', timeout: '1s' }, 'timeout'],
  ])('%j is refused, naming the option', async (options, path) => {
    const redis = await connect()
    expect(() => createCache({ redis, ...options } as never)).toThrow(
      expect.objectContaining({ path }) as Error,
    )
  })

  test.each([
    [{ key: 'a b', policy: { ttl: '5m' } }, 'key'],
    [{ key: 'a:{b}', policy: 'unknown' }, 'policy'],
    [{ key: 'a:{b}', policy: { ttl: '5m', staleWhileRevalidat: '5m' } }, 'policy.staleWhileRevalidat'],
    [{ key: 'a:{b}', policy: { ttl: '5m' }, load: 'x' }, 'load'],
    [{ key: 'a:{b}', policy: { ttl: '5m' }, schema: {} }, 'schema'],
    [{ key: 'a:{b}', policy: { ttl: '5m' }, version: 1.5 }, 'version'],
    [{ key: 'a:{b}', policy: { ttl: '5m' }, tag: () => [] }, 'tag'],
    [{ key: 'taken:{id}', policy: { ttl: '5m' } }, 'key'],
    [{ key: 'taken:literal', policy: { ttl: '5m' } }, 'key'],
  ])('a definition %j is refused, naming the option', async (options, path) => {
    const { cache } = await connectCache({ namespace: uniqueNamespace() })
    cache.define({ key: 'taken:{name}', policy: { ttl: '5m' }, load: () => 1 })
    expect(() => cache.define(options as never)).toThrow(expect.objectContaining({ path }) as Error)
  })

  test.each([
    [undefined, 'targets[0]'],
    [['all', { key: 5 }], 'targets[1].key'],
    [{ tag: '' }, 'targets[0].tag'],
    [{ pattern: 'x'.repeat(600) }, 'targets[0].pattern'],
    [{ kex: 'a' }, 'targets[0]'],
  ])('an invalidation of %j is refused, naming the target', async (target, path) => {
    const { cache } = await connectCache({ namespace: uniqueNamespace() })
    await expect(cache.invalidate(target as never)).rejects.toMatchObject({ code: 'E_CACHE_CONFIG', path })
  })
})

test('a key parameter with a star, a colon or braces is its own entry and nobody else’s', async () => {
  const { cache, redis } = await connectCache({ namespace: uniqueNamespace() })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: ({ id }) => `row ${String(id)}`,
  })
  const ids = ['1', '*', '1:2', '{1}', '[12]', '?', '\\*', '1*', ' ', '', '\n']
  expect(await Promise.all(ids.map((id) => video.getOrSet({ id })))).toEqual(ids.map((id) => `row ${id}`))
  await vi.waitFor(async () => {
    expect(await redis.keys(`${cache.namespace}:video:*`)).toHaveLength(ids.length)
  })
  await video.invalidate({ id: '*' })
  await video.invalidateMatching({ id: '?' })
  expect(await Promise.all(ids.map((id) => video.has({ id })))).toEqual(
    ids.map((id) => id !== '*' && id !== '?'),
  )
})

test('the schema shapes what is returned and stored, and what no longer fits it is a miss with an event', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const seen: CacheEvents['codecError'][] = []
  cache.on('codecError', (event) => seen.push(event))
  const Video = z.object({ id: z.string(), title: z.string() })
  const video = cache.define({
    key: 'video:{id}',
    schema: Video,
    policy: { ttl: '5m' },
    load: ({ id }) => ({ id: String(id), title: 'a title', passwordHash: 'secret' }),
  })
  expect(await video.getOrSet({ id: 1 })).toEqual({ id: '1', title: 'a title' })
  await vi.waitFor(async () => {
    expect(await video.get({ id: 1 })).toEqual({ id: '1', title: 'a title' })
  })
  const stored = (await redis.get(`${namespace}:video:1`)) ?? ''
  expect(stored).not.toContain('secret')
  await redis.set(
    `${namespace}:video:1`,
    stored.replace('a title', 'a title').replace('"title"', '"heading"'),
  )
  expect(await video.get({ id: 1 })).toBeUndefined()
  expect(seen).toMatchObject([{ definition: 'video:{id}', error: { code: 'E_CACHE_SERIALIZATION' } }])
  expect(seen[0]?.error.message).not.toContain('a title')
})

test('events and statistics tell what happened, by definition and never by key', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const told: string[] = []
  for (const name of ['hit', 'miss', 'load', 'fill', 'invalidate'] as const) {
    cache.on(name, (event) =>
      told.push(
        `${name} ${JSON.stringify(event, (key, value: unknown) => (/Ms|bytes/.test(key) ? 0 : value))}`,
      ),
    )
  }
  const off = cache.on('hit', () => {
    throw new Error('a listener’s fault')
  })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 1 })
  await video.getOrSet({ id: 'who' })
  await vi.waitFor(() => {
    expect(cache.stats().fills).toBe(1)
  })
  await video.getOrSet({ id: 'who' })
  off()
  await video.invalidate({ id: 'who' })
  expect(told).toEqual([
    'miss {"definition":"video:{id}","reason":"absent"}',
    'load {"definition":"video:{id}","durationMs":0,"failed":false}',
    'fill {"definition":"video:{id}","bytes":0}',
    'hit {"definition":"video:{id}","tier":"redis"}',
    'invalidate {"kind":"key","count":1}',
  ])
  expect(cache.stats()).toMatchObject({
    hits: 1,
    misses: 1,
    hitRatio: 0.5,
    loads: 1,
    fills: 1,
    invalidations: 1,
  })
  expect(cache.stats().definitions['video:{id}']).toMatchObject({ hits: 1, misses: 1 })
})

test('entry tells what is stored and why it is no hit', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'v', tags: () => ['t'] })
  expect(await video.entry({ id: 1 })).toMatchObject({ hit: false, tier: 'none', reason: 'absent' })
  await video.set({ id: 1 }, 'v')
  const redisKey = `${cache.namespace}:video:1`
  expect(await video.entry({ id: 1 })).toMatchObject({
    hit: true,
    tier: 'redis',
    stale: false,
    value: 'v',
    tags: ['t'],
    redisKey,
  })
  await cache.invalidate({ tag: 't' })
  expect(await video.entry({ id: 1 })).toMatchObject({ hit: false, stale: true, reason: 'tag', value: 'v' })
})

test('switched off, a cache loads every time, needs no Redis and keeps nothing', async () => {
  const cache = createCache({ namespace: 'off', enabled: false })
  const load = vi.fn(() => 'loaded')
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load })
  expect([await video.getOrSet({ id: 1 }), await video.getOrSet({ id: 1 })]).toEqual(['loaded', 'loaded'])
  expect(load).toHaveBeenCalledTimes(2)
  expect(await video.set({ id: 1 }, 'x')).toBe(false)
  expect(await video.writeThrough({ id: 1 }, () => 'written')).toBe('written')
  expect(await cache.invalidate(['all', { tag: 't' }, { key: 'video:1' }])).toMatchObject({
    removed: 0,
    queued: 0,
  })
  await cache.close()
})

test('the ad-hoc form shares the same protocol', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace(), policies: { short: { ttl: '1m' } } })
  const load = vi.fn(() => ({ n: 1 }))
  const read = (): Promise<{ n: number }> =>
    cache.getOrSet('report:today', load, {
      policy: 'short',
      tags: ['reports'],
      valueTags: ({ n }) => [`n:${String(n)}`],
    })
  expect(await read()).toEqual({ n: 1 })
  await vi.waitFor(() => {
    expect(cache.stats().fills).toBe(1)
  })
  expect(await read()).toEqual({ n: 1 })
  expect(load).toHaveBeenCalledTimes(1)
  await cache.invalidate({ tag: 'n:1' })
  await read()
  expect(load).toHaveBeenCalledTimes(2)
  await expect(cache.getOrSet('~generation', load, { policy: 'short' })).rejects.toMatchObject({
    path: 'key',
  })
})

test('warming runs a few loads at a time and counts failures', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: ({ id }) => (id === 3 ? Promise.reject(new Error('no')) : id),
  })
  const done: number[] = []
  const report = await cache.warm(
    [1, 2, 3, 4].map((id) => () => video.getOrSet({ id })),
    { concurrency: 2, onProgress: (count) => done.push(count) },
  )
  expect(report).toEqual({ loaded: 3, failed: 1 })
  expect(done).toEqual([1, 2, 3, 4])
})
