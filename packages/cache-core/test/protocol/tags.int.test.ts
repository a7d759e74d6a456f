import type { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import type { Cache, Definition } from '../../src/index.ts'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'

afterEach(closeAll)

type Tagged = Definition<{ readonly id: string | number | bigint | boolean }, number>

function defineTagged(cache: Cache): { tagged: Tagged; load: ReturnType<typeof vi.fn<() => number>> } {
  let loads = 0
  const load = vi.fn(() => (loads += 1))
  const tagged = cache.define({
    key: 'tagged:{id}',
    policy: { ttl: '5m' },
    tags: () => ['all-of-them'],
    load,
  })
  return { tagged, load }
}

async function generationOf(redis: Redis, namespace: string): Promise<number> {
  return Number((await redis.get(`${namespace}:~generation`))?.slice(0, 16))
}

/** As if the server's clock had been in the future once. */
async function raiseGeneration(redis: Redis, namespace: string, generation: number): Promise<void> {
  await redis.setrange(`${namespace}:~generation`, 0, String(generation))
}

async function stored(definition: Tagged, id = 1): Promise<void> {
  await definition.getOrSet({ id })
  await vi.waitFor(async () => {
    expect(await definition.has({ id })).toBe(true)
  })
}

test('rule 9: a missing marker means stale', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const { tagged } = defineTagged(cache)
  await stored(tagged)
  await redis.del(`${namespace}:~tag:all-of-them`)
  expect((await tagged.entry({ id: 1 })).reason).toBe('tag')
  expect(await tagged.getOrSet({ id: 1 })).toBe(2)
})

test('rule 8: the generation only grows, also when it was evicted or the server’s clock stepped back', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const { tagged } = defineTagged(cache)
  const future = 8_000_000_000_000_000
  await raiseGeneration(redis, namespace, future)
  await stored(tagged)
  await cache.invalidate({ tag: 'all-of-them' })
  expect(await generationOf(redis, namespace)).toBe(future + 1)
  expect(await tagged.get({ id: 1 })).toBeUndefined()
  await redis.del(`${namespace}:~generation`)
  await cache.invalidate({ tag: 'another' })
  const [seconds] = await redis.time()
  expect(await generationOf(redis, namespace)).toBeGreaterThanOrEqual(Number(seconds) * 1_000_000)
})

test('rule 9: markers and the generation outlive the entries that are judged by them', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const { tagged } = defineTagged(cache)
  await stored(tagged)
  for (const helper of ['~tag:all-of-them', '~generation'])
    await redis.pexpire(`${namespace}:${helper}`, 1000)
  await stored(tagged, 2)
  const entryMs = await redis.pttl(`${namespace}:tagged:2`)
  expect(await redis.pttl(`${namespace}:~tag:all-of-them`)).toBeGreaterThan(entryMs)
  expect(await redis.pttl(`${namespace}:~generation`)).toBeGreaterThan(entryMs)
})

test('rule 9: entries that live for ever have markers that do', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const eternal = cache.define({
    key: 'eternal:{id}',
    policy: { ttl: 'forever' },
    tags: () => ['e'],
    load: () => 1,
  })
  await eternal.getOrSet({ id: 1 })
  await vi.waitFor(async () => {
    expect(await redis.pttl(`${namespace}:eternal:1`)).toBe(-1)
  })
  expect(await redis.pttl(`${namespace}:~tag:e`)).toBe(-1)
  expect(await redis.pttl(`${namespace}:~generation`)).toBe(-1)
})

test('rule 10: a tag that was invalidated during the load voids the fill, though its marker did not exist before', async () => {
  const namespace = uniqueNamespace()
  const { cache } = await connectCache({ namespace })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: async () => {
      await cache.invalidate({ tag: 'owner:7' })
      return { owner: 7 }
    },
    valueTags: (value) => [`owner:${String(value.owner)}`],
  })
  await video.getOrSet({ id: 1 })
  await vi.waitFor(() => {
    expect(cache.stats()).toMatchObject({ fills: 0, fillsDiscarded: 1 })
  })
})

test('rule 11: a tag invalidation writes the generation and one marker, however many entries there are', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const { tagged } = defineTagged(cache)
  await Promise.all(Array.from({ length: 500 }, (_, id) => tagged.set({ id }, id)))
  const before = await redis.keys(`${namespace}:*`)
  expect(before).toHaveLength(502)
  await cache.invalidate({ tag: 'all-of-them' })
  expect((await redis.keys(`${namespace}:*`)).sort()).toEqual(before.sort())
  expect(await Promise.all(Array.from({ length: 500 }, (_, id) => tagged.get({ id })))).toEqual(
    Array(500).fill(undefined),
  )
})

test('a tag of another name does not make an entry stale', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const { tagged, load } = defineTagged(cache)
  await stored(tagged)
  await cache.invalidate([{ tag: 'all-of-the' }, { tag: 'all-of-them2' }, { tag: '*' }])
  expect(await tagged.getOrSet({ id: 1 })).toBe(1)
  expect(load).toHaveBeenCalledTimes(1)
})

test('rule 8: the generation outlives every entry that was filled under it, tagged or not', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const plain = cache.define({ key: 'plain:{id}', policy: { ttl: '1d' }, load: () => 1 })
  await cache.invalidate({ tag: 'any' })
  expect(await redis.pttl(`${namespace}:~generation`)).toBeLessThan(2 * 3_600_000)
  await plain.getOrSet({ id: 1 })
  await vi.waitFor(async () => {
    expect(await plain.has({ id: 1 })).toBe(true)
  })
  expect(await redis.pttl(`${namespace}:~generation`)).toBeGreaterThan(23 * 3_600_000)
})

test('a cache that was just made tells the same of an entry as it serves', async () => {
  const namespace = uniqueNamespace()
  const { cache } = await connectCache({ namespace })
  await stored(defineTagged(cache).tagged)
  const other = defineTagged((await connectCache({ namespace })).cache).tagged
  expect(await other.entry({ id: 1 })).toMatchObject({ hit: true, tier: 'redis', value: 1 })
  expect(await other.get({ id: 1 })).toBe(1)
})

test('more tags than an entry has room for are told by an event, and the value goes to its caller', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const errors: string[] = []
  cache.on('codecError', ({ error }) => errors.push(error.code))
  const tags = Array.from({ length: 1_200 }, (_, index) => `tag-${String(index)}-${'x'.repeat(80)}`)
  const many = cache.define({ key: 'many:{id}', policy: { ttl: '5m' }, load: () => 1, valueTags: () => tags })
  expect(await many.getOrSet({ id: 1 })).toBe(1)
  expect(errors).toEqual(['E_CACHE_SERIALIZATION'])
  expect(await many.get({ id: 1 })).toBeUndefined()
})
