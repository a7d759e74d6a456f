import { expect, test, vi } from 'vitest'
import { createCache, type CacheOptions, type Policy } from '../../src/index.ts'
import { ManualClock, recordEvents } from '../../src/testing/index.ts'
import { createGate } from '../support/gate.ts'

const aWhile: Policy = { ttl: '10s', staleWhileRevalidate: '20s', staleIfError: '60s' }

function cacheOf(options: Partial<CacheOptions> = {}, policy: Policy = aWhile) {
  const clock = new ManualClock()
  const cache = createCache({ namespace: 'n', clock, ...options })
  let version = 0
  const load = vi.fn((): Promise<{ version: number }> => Promise.resolve({ version: (version += 1) }))
  const video = cache.define({
    key: 'video:{id}[:in:{language}]',
    policy,
    load,
    tags: ({ id }) => ['videos', `video:${String(id)}`],
    valueTags: ({ version: told }) => [`version:${told}`],
  })
  return { clock, cache, video, load, events: recordEvents(cache) }
}

test('a value is fresh, then served stale while one load replaces it, then served only if that fails, then gone', async () => {
  const { clock, video, load, events } = cacheOf()
  const read = (): Promise<{ version: number }> => video.getOrSet({ id: 1 })
  expect([await read(), await read()]).toEqual([{ version: 1 }, { version: 1 }])
  clock.advance('15s')
  expect(await Promise.all([read(), read()])).toEqual([{ version: 1 }, { version: 1 }])
  await events.next('refresh')
  await vi.waitFor(() => expect(events.of('fill')).toHaveLength(2))
  expect(await read()).toEqual({ version: 2 })
  clock.advance('40s')
  load.mockRejectedValueOnce(new Error('the source is down'))
  expect(await read()).toEqual({ version: 2 })
  clock.advance('61s')
  expect(await video.get({ id: 1 })).toBeUndefined()
  expect(events.trace()).toMatchInlineSnapshot(`
    "miss video:{id}[:in:{language}] (absent)
    load video:{id}[:in:{language}]
    fill video:{id}[:in:{language}]
    hit video:{id}[:in:{language}] (memory)
    stale video:{id}[:in:{language}] (revalidate)
    stale video:{id}[:in:{language}] (revalidate)
    load video:{id}[:in:{language}]
    refresh video:{id}[:in:{language}] (stale)
    fill video:{id}[:in:{language}]
    hit video:{id}[:in:{language}] (memory)
    miss video:{id}[:in:{language}] (expired)
    load video:{id}[:in:{language}] (failed)
    stale video:{id}[:in:{language}] (error)
    miss video:{id}[:in:{language}] (absent)"
  `)
})

test('a herd runs its loader once, and nobody shares an object with anybody', async () => {
  const { video, events } = cacheOf()
  const values = await Promise.all(Array.from({ length: 100 }, () => video.getOrSet({ id: 1 })))
  events.expectLoadedOnce(video)
  expect(new Set(values).size).toBe(100)
  Object.assign(values[0] ?? {}, { version: 99 })
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 1 })
})

test('keys, tags, patterns and all are invalidated, hard or soft, and reported', async () => {
  const { cache, video } = cacheOf()
  const [one, two, three] = [{ id: 1 }, { id: 2 }, { id: 2, language: 'de' }]
  const there = async (): Promise<boolean[]> =>
    Promise.all([one, two, three].map((params) => video.has(params)))
  const fill = async (): Promise<void> => {
    await video.getOrSetMany([one, two, three])
    await vi.waitFor(async () => expect(await there()).toEqual([true, true, true]))
  }
  await fill()
  expect(await video.invalidate(one)).toMatchObject({ keys: 1, removed: 1, queued: 0 })
  expect(await there()).toEqual([false, true, true])
  await fill()
  await cache.invalidate({ tag: 'video:2' })
  expect(await there()).toEqual([true, false, false])
  await fill()
  await cache.invalidate({ tag: 'videos' }, { mode: 'soft' })
  expect(await there()).toEqual([false, false, false])
  expect(await video.entry(one)).toMatchObject({ stale: true, tier: 'memory', reason: 'tag' })
  await cache.invalidate('all')
  await fill()
  expect(await video.invalidateMatching({ language: 'de' })).toMatchObject({ removed: 1, scanned: 1 })
  expect(await there()).toEqual([true, true, false])
  expect(await cache.invalidate({ pattern: 'video:*' }, { dryRun: true })).toMatchObject({ removed: 2 })
  expect(await cache.invalidate('all')).toMatchObject({ removed: 2 })
  expect(await there()).toEqual([false, false, false])
})

test('values are set, expired, written through, guarded and held back', async () => {
  const { cache, video, clock } = cacheOf()
  expect(await video.set({ id: 1 }, { version: 7 })).toBe(true)
  expect(await video.entry({ id: 1 })).toMatchObject({
    hit: true,
    tier: 'memory',
    ttl: 10_000,
    redisKey: 'n:video:1',
  })
  expect(await video.expire({ id: 1 }, '1h')).toBe(true)
  clock.advance('30m')
  expect(await video.getMany([{ id: 2 }, { id: 1 }])).toEqual([undefined, { version: 7 }])
  expect(await video.writeThrough({ id: 1 }, () => ({ version: 8 }))).toEqual({ version: 8 })
  expect(await video.get({ id: 1 })).toEqual({ version: 8 })
  const gate = createGate()
  const writing = cache.guard(video.target({ id: 1 }), () => gate.pass())
  await gate.reached
  expect(await video.set({ id: 1 }, { version: 9 })).toBe(false)
  gate.open()
  await writing
  expect(await video.get({ id: 1 })).toBeUndefined()
  await cache.invalidate({ tag: 'videos' }, { hold: '1m' })
  expect(await video.set({ id: 1 }, { version: 10 })).toBe(false)
  clock.advance('61s')
  expect(await video.set({ id: 1 }, { version: 10 })).toBe(true)
})

test('a load that takes longer than a lease keeps it, and is stored', async () => {
  const { clock, cache } = cacheOf()
  const slow = cache.define({
    key: 'slow:{id}',
    policy: { ttl: '1h' },
    load: () => new Promise<string>((resolve) => void clock.setTimer(30_000, () => resolve('slow'))),
  })
  const read = slow.getOrSet({ id: 1 })
  await clock.advanceAsync('30s')
  expect(await read).toBe('slow')
  expect(await slow.get({ id: 1 })).toBe('slow')
})

test('it holds no more than it may, and says how much that is', async () => {
  const { cache, video, events } = cacheOf({ memory: { maxEntries: 10, maxBytes: 100_000 } })
  for (let id = 0; id < 25; id += 1) await video.set({ id }, { version: id })
  expect(cache.stats().memory).toMatchObject({ entries: 10, evictions: 15, bypassed: false })
  expect(await video.getMany([{ id: 24 }, { id: 0 }])).toEqual([{ version: 24 }, undefined])
  const large = cache.define({ key: 'large', policy: { ttl: '1h' }, load: () => 'x'.repeat(200_000) })
  expect(await large.set({}, 'x'.repeat(200_000))).toBe(false)
  expect((await large.getOrSet({})).length).toBe(200_000)
  expect(await large.has({})).toBe(false)
  expect(events.of('warning')).toMatchObject([
    { message: expect.stringContaining('memory.maxBytes') as string },
  ])
})

test('two caches of one namespace share nothing', async () => {
  const [one, other] = [cacheOf(), cacheOf()]
  await one.video.set({ id: 1 }, { version: 5 })
  expect(await other.video.get({ id: 1 })).toBeUndefined()
})

test('it is always up until it is closed, counts its hits as those of memory, and reads on after that', async () => {
  const { cache, video } = cacheOf()
  expect(await cache.health()).toEqual({ status: 'up', invalidationsQueued: 0, warnings: [] })
  await video.set({ id: 1 }, { version: 5 })
  await video.get({ id: 1 })
  expect(cache.stats()).toMatchObject({ hits: 1, memoryHits: 1, breaker: 'closed', storeErrors: 0 })
  await cache.close()
  expect(await cache.health()).toMatchObject({ status: 'down' })
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 1 })
})

test('a client that was forgotten does not make a cache in memory', () => {
  expect(() => createCache({ namespace: 'n', redis: undefined } as never)).toThrow(
    /^redis: .*leave the option out/,
  )
  expect(() => createCache({ namespace: 'n', memory: { maxEntries: 0 } })).toThrow(/^memory\.maxEntries: /)
})
