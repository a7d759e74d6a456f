import { afterEach, describe, expect, test, vi } from 'vitest'
import { createCache, defineKey, type CacheEvents } from '../../src/index.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { countCommands } from '../support/count-commands.ts'
import { connectNear, nearRead } from '../support/near-cache.ts'

afterEach(closeAll)

interface Video {
  id: number
  title: string
  tags: string[]
}

const policy = { ttl: '10m' } as const

/** A cache with a near tier whose commands are counted, and a video that is in its memory. */
async function warmVideo(memory: object = {}) {
  const counted = countCommands(await connect())
  const { cache } = await connectNear({ namespace: uniqueNamespace(), memory }, { client: counted.client })
  const load = vi.fn(({ id }: { id: unknown }): Video => ({ id: Number(id), title: 'a', tags: ['x'] }))
  const video = cache.define({ key: 'video:{id}', policy, load, tags: () => ['videos'] })
  await video.getOrSet({ id: 1 })
  await eventually(async () => {
    expect(await nearRead(cache, () => video.get({ id: 1 }))).toEqual({ id: 1, title: 'a', tags: ['x'] })
  })
  counted.sent.length = 0
  return { cache, video, load, ...counted }
}

/** The commands that were sent, but for heartbeats. */
function commandsOf(sent: readonly { command: string }[]): string[] {
  return sent.map(({ command }) => command).filter((command) => command !== 'PUBLISH')
}

test('hits in memory ask Redis nothing, and are counted and told as such', async () => {
  const { cache, video, load, sent } = await warmVideo()
  const before = cache.stats()
  const tiers: CacheEvents['hit'][] = []
  cache.on('hit', (event) => tiers.push(event))
  expect(await video.getOrSet({ id: 1 })).toMatchObject({ title: 'a' })
  expect(await video.getOrSet({ id: 1 }, () => ({ id: 1, title: 'not needed', tags: [] }))).toMatchObject({
    title: 'a',
  })
  expect(await video.get({ id: 1 })).toMatchObject({ title: 'a' })
  expect(await video.has({ id: 1 })).toBe(true)
  expect(await video.getMany([{ id: 1 }, { id: 1 }])).toMatchObject([{ title: 'a' }, { title: 'a' }])
  expect(await video.getOrSetMany([{ id: 1 }])).toMatchObject([{ title: 'a' }])
  expect(commandsOf(sent)).toEqual([])
  expect(load).toHaveBeenCalledTimes(1)
  const { hits, memoryHits, memory } = cache.stats()
  expect([hits - before.hits, memoryHits - before.memoryHits]).toEqual([6, 6])
  expect(tiers).toEqual(Array(6).fill({ definition: 'video:{id}', tier: 'memory' }))
  expect(memory).toMatchObject({ entries: 1, bypassed: false })
  expect((await cache.health()).memory).toEqual({ bypassed: false })
})

test('entry tells that it is in memory', async () => {
  const { cache, video, sent } = await warmVideo()
  const info = await video.entry({ id: 1 })
  expect(info).toMatchObject({
    hit: true,
    tier: 'memory',
    stale: false,
    tags: ['videos'],
    value: { title: 'a' },
    redisKey: `${cache.namespace}:video:1`,
  })
  expect(info.age).toBeLessThan(60_000)
  expect(info.ttl).toBeGreaterThan(500_000)
  expect(commandsOf(sent)).toEqual([])
})

test('a batch asks Redis only for what is not in memory, and answers in order', async () => {
  const { video, load, sent } = await warmVideo()
  const loaded = await video.getOrSetMany([{ id: 2 }, { id: 1 }, { id: 3 }])
  expect(loaded.map(({ id }) => id)).toEqual([2, 1, 3])
  expect(sent[0]).toMatchObject({ command: 'MGET' })
  expect(sent[0]?.args.filter((name) => String(name).includes(':video:'))).toHaveLength(2)
  expect(load).toHaveBeenCalledTimes(3)
})

test('the ad-hoc form has its part of it', async () => {
  const { cache } = await connectNear({ namespace: uniqueNamespace() })
  const key = defineKey('page:{path}').build({ path: '/' })
  const load = vi.fn(() => 'html')
  const read = (): Promise<string> => cache.getOrSet(key, load, { policy })
  await read()
  await eventually(async () => {
    expect(await nearRead(cache, read)).toBe('html')
  })
  expect(load).toHaveBeenCalledTimes(1)
  // A definition knows another version and another schema of what may have the same key.
  const page = cache.define({ key: 'page:{path}', policy, load: () => 'from the definition', version: 2 })
  expect(await page.getOrSet({ path: '/' })).toBe('from the definition')
})

test('what a load stored is in memory without having been read', async () => {
  const { cache } = await connectNear({ namespace: uniqueNamespace() })
  const video = cache.define({ key: 'video:{id}', policy, load: ({ id }) => id })
  await video.getOrSet({ id: 1 })
  await eventually(() => {
    expect(cache.stats()).toMatchObject({ fills: 1, memory: { entries: 1 } })
  })
  expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toBe(1)
})

test('fresh passes it by, and leaves the new value', async () => {
  const { cache, video, load } = await warmVideo()
  load.mockReturnValue({ id: 1, title: 'new', tags: [] })
  expect(await video.getOrSet({ id: 1 }, { fresh: true })).toMatchObject({ title: 'new' })
  expect(await video.refresh({ id: 1 })).toMatchObject({ title: 'new' })
  expect(load).toHaveBeenCalledTimes(3)
  await eventually(async () => {
    expect(await nearRead(cache, () => video.get({ id: 1 }))).toMatchObject({ title: 'new' })
  })
})

test('an aborted read is aborted, although its value is in memory', async () => {
  const { video } = await warmVideo()
  const signal = AbortSignal.abort(new Error('gone'))
  await expect(video.getOrSet({ id: 1 }, { signal })).rejects.toThrow('gone')
  await expect(video.get({ id: 1 }, { signal })).rejects.toThrow('gone')
})

test('bad parameters reject and do not throw', async () => {
  const { video } = await warmVideo()
  await expect(video.getOrSet({} as never)).rejects.toMatchObject({ code: 'E_CACHE_CONFIG' })
  await expect(video.get({ id: 1, other: 2 } as never)).rejects.toMatchObject({ path: 'params.other' })
})

describe('time', () => {
  test('ends an entry no later than in Redis', async () => {
    const { cache } = await connectNear({ namespace: uniqueNamespace() })
    const video = cache.define({ key: 'video:{id}', policy: { ttl: '300ms' }, load: () => Date.now() })
    const first = await video.getOrSet({ id: 1 })
    await eventually(async () => {
      expect(await video.getOrSet({ id: 1 })).not.toBe(first)
    })
    expect((await video.entry({ id: 1 })).ttl ?? 0).toBeLessThanOrEqual(300)
  })

  test('has the reads that might refresh a value early come to Redis', async () => {
    const { cache } = await connectNear({ namespace: uniqueNamespace() })
    const load = vi.fn(() => load.mock.calls.length)
    // From half a second on, for ten minutes.
    const video = cache.define({
      key: 'video:{id}',
      policy: { ttl: '10m', earlyRefresh: 0.0008 },
      load,
    })
    expect(await video.getOrSet({ id: 1 })).toBe(1)
    await eventually(async () => {
      expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toBe(2)
    })
    expect(cache.stats()).toMatchObject({ refreshes: expect.any(Number), misses: 1 })
    expect(cache.stats().refreshes).toBeGreaterThan(0)
  })
})

test('the tier is bounded: what gave way is read from Redis again', async () => {
  const { cache } = await connectNear({ namespace: uniqueNamespace(), memory: { maxEntries: 10 } })
  const load = vi.fn(({ id }: { id: unknown }) => id)
  const video = cache.define({ key: 'video:{id}', policy, load })
  const ids = Array.from({ length: 30 }, (_, id) => ({ id }))
  await video.getOrSetMany(ids)
  await eventually(() => {
    expect(cache.stats().fills).toBe(30)
  })
  expect(await video.getMany(ids)).toEqual(ids.map(({ id }) => id))
  expect(load).toHaveBeenCalledTimes(30)
  expect(cache.stats().memory).toMatchObject({ entries: 10 })
  expect(cache.stats().memory?.evictions).toBeGreaterThanOrEqual(20)
})

test('a closed cache uses it no longer', async () => {
  const { cache, video, load } = await warmVideo()
  await cache.close()
  load.mockReturnValue({ id: 1, title: 'from the source', tags: [] })
  expect(await video.getOrSet({ id: 1 })).toMatchObject({ title: 'from the source' })
  expect(cache.stats().memory).toMatchObject({ entries: 0, bypassed: true })
})

test('a cache that is switched off has none, and one without the option neither', async () => {
  const off = createCache({ namespace: 'off', enabled: false, memory: {} })
  const video = off.define({ key: 'video:{id}', policy, load: () => 'loaded' })
  expect([await video.getOrSet({ id: 1 }), await video.getOrSet({ id: 1 })]).toEqual(['loaded', 'loaded'])
  expect(off.stats().memory).toBeUndefined()
  expect((await off.health()).memory).toBeUndefined()
  const plain = createCache({ redis: await connect(), namespace: uniqueNamespace(), redisTimeout: '2s' })
  expect(plain.stats().memory).toBeUndefined()
  await Promise.all([off.close(), plain.close()])
})

test('a client of which no second connection can be made is refused', async () => {
  const redis = await connect()
  const single = new Proxy(redis, {
    has: (target, property) => property !== 'duplicate' && property in target,
  })
  expect(() => createCache({ redis: single, namespace: 'n', memory: {} })).toThrow(/^redis: /)
  expect(redis.listenerCount('ready')).toBe(0)
})
