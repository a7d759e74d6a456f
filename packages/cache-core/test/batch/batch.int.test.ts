import { afterEach, expect, test, vi } from 'vitest'
import { createCache, type BatchContext } from '../../src/index.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { countCommands } from '../support/count-commands.ts'
import { createGate } from '../support/gate.ts'
import { HeldRedis } from '../support/held-redis.ts'

afterEach(closeAll)

type Missing = readonly { readonly id: string | number | bigint | boolean }[]

async function connectVideos(load: (id: unknown) => string = (id) => `loaded ${String(id)}`) {
  const { client, sent } = countCommands(await connect())
  const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    tags: ({ id }) => ['videos', `video:${String(id)}`],
    load: ({ id }) => load(id),
  })
  return { cache, video, sent }
}

const ids = (...list: number[]): { id: number }[] => list.map((id) => ({ id }))

test('getMany answers in order, in one round trip, and does not load', async () => {
  const { cache, video, sent } = await connectVideos()
  await video.set({ id: 1 }, 'one')
  await video.set({ id: 3 }, 'three')
  sent.length = 0
  expect(await video.getMany(ids(3, 2, 1, 3))).toEqual(['three', undefined, 'one', 'three'])
  expect(sent.map(({ command }) => command)).toEqual(['MGET'])
  expect(cache.stats()).toMatchObject({ hits: 3, misses: 1, loads: 0 })
  await cache.close()
})

test('rule 2: a read of many asks once for each entry and for the marker of a tag that they share', async () => {
  const { cache, video, sent } = await connectVideos()
  const many = ids(...Array.from({ length: 100 }, (_, id) => id))
  await video.getOrSetMany(many)
  await vi.waitFor(() => {
    expect(cache.stats().fills).toBe(100)
  })
  sent.length = 0
  const twice = [...many, ...many]
  expect(await video.getMany(twice)).toEqual(twice.map(({ id }) => `loaded ${String(id)}`))
  // Each of the hundred with a tag of its own, and the one that they share.
  expect(sent).toEqual([{ command: 'MGET', args: expect.objectContaining({ length: 201 }) as unknown }])
  await cache.close()
})

test('getOrSetMany loads all that are missing in one call, in order, and stores them', async () => {
  const { cache, video, sent } = await connectVideos()
  await video.set({ id: 2 }, 'two')
  sent.length = 0
  const loadMany = vi.fn((missing: Missing) => missing.map(({ id }) => `loaded ${String(id)}`))
  expect(await video.getOrSetMany(ids(1, 2, 3), loadMany)).toEqual(['loaded 1', 'two', 'loaded 3'])
  expect(loadMany.mock.calls.map(([missing]) => missing)).toEqual([ids(1, 3)])
  await vi.waitFor(async () => {
    expect(await video.getMany(ids(1, 2, 3))).toEqual(['loaded 1', 'two', 'loaded 3'])
  })
  expect(sent.filter(({ command }) => command === 'MGET').length).toBeGreaterThan(0)
  expect(cache.stats()).toMatchObject({ loads: 2, fills: 3 })
  await cache.close()
})

test('1,000 keys of which 400 are cold: one load, and what single reads load meanwhile is loaded once', async () => {
  const { cache, video } = await connectVideos()
  const warm = Array.from({ length: 600 }, (_, id) => ({ id }))
  await Promise.all(warm.map(({ id }) => video.set({ id }, `warm ${String(id)}`)))
  const all = Array.from({ length: 1000 }, (_, id) => ({ id }))
  const loaded: unknown[] = []
  const gate = createGate()
  const loadMany = vi.fn(async (missing: Missing) => {
    await gate.pass()
    loaded.push(...missing.map(({ id }) => id))
    return missing.map(({ id }) => `loaded ${String(id)}`)
  })
  const batch = video.getOrSetMany(all, loadMany)
  await gate.reached
  const singles = Array.from({ length: 50 }, (_, index) => video.getOrSet({ id: 600 + index * 4 }))
  await vi.waitFor(() => {
    expect(cache.stats().joined).toBe(50)
  })
  gate.open()
  expect((await batch).filter((value) => value.startsWith('loaded'))).toHaveLength(400)
  expect(await Promise.all(singles)).toEqual(singles.map((_, index) => `loaded ${String(600 + index * 4)}`))
  expect(loadMany).toHaveBeenCalledTimes(1)
  expect(loaded).toHaveLength(400)
  expect(cache.stats().loads).toBe(400)
  await cache.close()
})

test('a batch does not wait for a load of somebody else before it loads the rest', async () => {
  const { cache, video } = await connectVideos()
  const gate = createGate()
  const single = video.getOrSet({ id: 1 }, () => gate.pass().then(() => 'single'))
  await gate.reached
  const loadMany = vi.fn((missing: Missing) => missing.map(({ id }) => `batch ${String(id)}`))
  const batch = video.getOrSetMany(ids(1, 2), loadMany)
  await vi.waitFor(() => {
    expect(loadMany).toHaveBeenCalledTimes(1)
  })
  gate.open()
  expect(await batch).toEqual(['single', 'batch 2'])
  expect(await single).toBe('single')
  await cache.close()
})

test('each key of a batch has its own fence: what is invalidated meanwhile is not stored, the others are', async () => {
  const { cache, video } = await connectVideos()
  const gate = createGate()
  const batch = video.getOrSetMany(ids(1, 2, 3), async (missing) => {
    await gate.pass()
    return missing.map(() => 'overtaken?')
  })
  await gate.reached
  await video.invalidate({ id: 1 })
  await cache.invalidate({ tag: 'video:2' })
  gate.open()
  await batch
  await vi.waitFor(async () => {
    expect(await video.getMany(ids(1, 2, 3))).toEqual([undefined, undefined, 'overtaken?'])
  })
  expect(cache.stats()).toMatchObject({ fills: 1, fillsDiscarded: 2 })
  await cache.close()
})

test('an Error in the place of a value is that key’s alone, and a joiner gets it unwrapped', async () => {
  const { cache, video } = await connectVideos()
  const failure = new RangeError('no such row')
  const gate = createGate()
  const batch = video.getOrSetMany(ids(1, 2), async (missing) => {
    await gate.pass()
    return missing.map(({ id }) => (id === 1 ? failure : 'loaded'))
  })
  const caught = batch.catch((error: unknown) => error)
  await gate.reached
  const joined = video.getOrSet({ id: 1 }).catch((error: unknown) => error)
  await vi.waitFor(() => {
    expect(cache.stats().joined).toBe(1)
  })
  gate.open()
  expect(await caught).toBe(failure)
  expect(await joined).toBe(failure)
  await vi.waitFor(async () => {
    expect(await video.getMany(ids(1, 2))).toEqual([undefined, 'loaded'])
  })
  await cache.close()
})

test('a loadMany that throws, or answers with too few values, fails the batch with a clear error', async () => {
  const { cache, video } = await connectVideos()
  const failure = new RangeError('the source is gone')
  await expect(video.getOrSetMany(ids(1, 2), () => Promise.reject(failure))).rejects.toBe(failure)
  await expect(video.getOrSetMany(ids(1, 2), () => ['only one'])).rejects.toMatchObject({ path: 'loadMany' })
  expect(cache.stats().fills).toBe(0)
  await cache.close()
})

test('the context of a batch tells each value’s TTL, tags and what it replaces', async () => {
  const { cache, video } = await connectVideos()
  const loadMany = (missing: Missing, context: BatchContext<string>): string[] =>
    missing.map((_, position) => {
      const own = context.of(position)
      own.ttl('30s')
      own.tags([`extra:${String(position)}`])
      return position === 1 ? own.skip('not kept') : 'kept'
    })
  expect(await video.getOrSetMany(ids(1, 2), loadMany)).toEqual(['kept', 'not kept'])
  await vi.waitFor(async () => {
    const entry = await video.entry({ id: 1 })
    expect(entry.tags).toContain('extra:0')
    expect(entry.ttl).toBeLessThan(31_000)
  })
  expect(await video.get({ id: 2 })).toBeUndefined()
  await cache.close()
})

test('without loadMany each missing value is loaded by the definition’s loader', async () => {
  const load = vi.fn((id: unknown) => `single ${String(id)}`)
  const { cache, video } = await connectVideos(load)
  expect(await video.getOrSetMany(ids(1, 2, 1))).toEqual(['single 1', 'single 2', 'single 1'])
  expect(load).toHaveBeenCalledTimes(2)
  await cache.close()
})

test('fresh loads all of a batch again, in one call', async () => {
  const { cache, video } = await connectVideos()
  await video.set({ id: 1 }, 'old')
  const loadMany = vi.fn((missing: Missing) => missing.map(() => 'new'))
  expect(await video.getOrSetMany(ids(1, 2), loadMany, { fresh: true })).toEqual(['new', 'new'])
  expect(loadMany).toHaveBeenCalledTimes(1)
  await vi.waitFor(async () => {
    expect(await video.getMany(ids(1, 2))).toEqual(['new', 'new'])
  })
  await cache.close()
})

test('with Redis away a batch is still one load, and nothing is stored', async () => {
  const held = new HeldRedis(await connect())
  const cache = createCache({ redis: held.client, namespace: uniqueNamespace() })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'single' })
  held.refuse()
  const loadMany = vi.fn((missing: Missing) => missing.map(({ id }) => `batch ${String(id)}`))
  expect(await video.getMany(ids(1, 2))).toEqual([undefined, undefined])
  expect(await video.getOrSetMany(ids(1, 2, 3), loadMany)).toEqual(['batch 1', 'batch 2', 'batch 3'])
  expect(loadMany).toHaveBeenCalledTimes(1)
  expect(cache.stats().fills).toBe(0)
  await cache.close()
})

test('a batch whose caller leaves aborts its load when nobody else waits', async () => {
  const { cache, video } = await connectVideos()
  const controller = new AbortController()
  const aborted = Promise.withResolvers<unknown>()
  const reached = createGate()
  const batch = video.getOrSetMany(
    ids(1, 2),
    async (missing, { signal }) => {
      signal.addEventListener('abort', () => {
        aborted.resolve(signal.reason)
      })
      await reached.pass()
      return missing.map(() => 'late')
    },
    { signal: controller.signal },
  )
  const caught = batch.catch((error: unknown) => error)
  await reached.reached
  const reason = new Error('the client has gone')
  controller.abort(reason)
  expect(await caught).toBe(reason)
  expect(await aborted.promise).toBe(reason)
  reached.open()
  await cache.close()
})

test('an empty batch asks nobody', async () => {
  const { cache, video, sent } = await connectVideos()
  await video.has({ id: 1 })
  sent.length = 0
  expect(await video.getMany([])).toEqual([])
  expect(await video.getOrSetMany([], () => [])).toEqual([])
  expect(sent).toEqual([])
  await cache.close()
})

test('expire gives a fresh value another life, and only a fresh one', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'v', tags: () => ['t'] })
  expect(await video.expire({ id: 1 }, '1h')).toBe(false)
  await video.set({ id: 1 }, 'v')
  expect(await video.expire({ id: 1 }, '2h')).toBe(true)
  expect((await video.entry({ id: 1 })).ttl).toBeGreaterThan(3_600_000)
  expect(await redis.pttl(`${namespace}:video:1`)).toBeGreaterThan(3_600_000)
  expect(await redis.pttl(`${namespace}:~tag:t`)).toBeGreaterThan(7_200_000)
  expect(await video.expire({ id: 1 }, '30s')).toBe(true)
  expect((await video.entry({ id: 1 })).ttl).toBeLessThan(31_000)
  await cache.invalidate({ tag: 't' })
  expect(await video.expire({ id: 1 }, '1h')).toBe(false)
  expect(await video.get({ id: 1 })).toBeUndefined()
})
