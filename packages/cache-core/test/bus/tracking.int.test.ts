import { afterEach, describe, expect, test, vi } from 'vitest'
import { createCache, type Cache, type CacheEvents } from '../../src/index.ts'
import { closeAll, closeLater, connect, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { HeldReplies } from '../support/held-replies.ts'
import { withScripts } from '../support/mutants.ts'
import { connectNear, nearRead, untilTrusted } from '../support/near-cache.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await closeAll()
  await stopServers()
})

const memory = { coherence: 'tracking' } as const
const policy = { ttl: '10m' } as const

type Read = (params: { id: number }) => Promise<unknown>

/** Has the entry in memory. */
async function warm(cache: Cache, read: Read, id = 1): Promise<void> {
  await eventually(async () => {
    expect(await nearRead(cache, () => read({ id }))).not.toBe('not in memory')
  })
}

/** Resolves when the entry has left the memory. */
async function untilGone(cache: Cache, read: Read, id = 1): Promise<void> {
  await eventually(async () => {
    expect(await nearRead(cache, () => read({ id }))).toBe('not in memory')
  })
}

describe('rule 19: writes by hand', () => {
  const writes = {
    'a DEL': (name: string) => ['DEL', name],
    'a SET': (name: string) => ['SET', name, 'by hand'],
    'an expiry': (name: string) => ['PEXPIRE', name, '1'],
    'a RENAME': (name: string) => ['RENAME', name, `${name}:renamed`],
  } as const

  test.each(Object.entries(writes))('are seen: %s', async (_, write) => {
    const { cache, redis } = await connectNear({ namespace: uniqueNamespace(), memory })
    const video = cache.define({ key: 'video:{id}', policy, load: () => 'loaded' })
    await warm(cache, video.getOrSet)
    const [command = '', ...args] = write(`${cache.namespace}:video:1`)
    await redis.call(command, ...args)
    await expect(untilGone(cache, video.get)).resolves.toBeUndefined()
  })

  test('to a marker are seen by all entries with its tag, and by no other one', async () => {
    const { cache, redis } = await connectNear({ namespace: uniqueNamespace(), memory })
    const tagged = cache.define({ key: 'tagged:{id}', policy, load: () => 'a', valueTags: () => ['ключ €'] })
    const other = cache.define({ key: 'other:{id}', policy, load: () => 'b', tags: () => ['others'] })
    await warm(cache, tagged.getOrSet)
    await warm(cache, other.getOrSet)
    await redis.del(`${cache.namespace}:~tag:ключ €`)
    await untilGone(cache, tagged.get)
    expect(await nearRead(cache, () => other.get({ id: 1 }))).toBe('b')
  })

  test('to the marker of a tag that is too long to stand in its name are seen by all', async () => {
    const { cache } = await connectNear({ namespace: uniqueNamespace(), memory })
    const tag = 'x'.repeat(300)
    const tagged = cache.define({ key: 'tagged:{id}', policy, load: () => 'a', tags: () => [tag] })
    await warm(cache, tagged.getOrSet)
    const elsewhere = createCache({ redis: await connect(), namespace: cache.namespace, redisTimeout: '2s' })
    closeLater(() => elsewhere.close())
    await elsewhere.invalidate({ tag })
    await expect(untilGone(cache, tagged.get)).resolves.toBeUndefined()
  })

  test('by FLUSHALL are seen by everything', async () => {
    const server = await ownRedis()
    const { cache, redis } = await connectNear({ namespace: uniqueNamespace(), memory }, { url: server.url })
    const video = cache.define({ key: 'video:{id}', policy, load: () => 'loaded' })
    for (const id of [1, 2]) await warm(cache, video.getOrSet, id)
    await redis.flushall()
    await eventually(() => {
      expect(cache.stats().memory?.entries).toBe(0)
    })
    expect(cache.stats().memory?.bypassed).toBe(false)
  })

  test('to keys of other namespaces are not heard of', async () => {
    const namespace = uniqueNamespace()
    const { cache, redis } = await connectNear({ namespace, memory })
    const video = cache.define({ key: 'video:{id}', policy, load: () => 'loaded' })
    await warm(cache, video.getOrSet)
    await redis.set(`${namespace}-other:video:1`, 'x')
    await redis.set(`${namespace}:fence`, 'x')
    expect(await nearRead(cache, () => video.get({ id: 1 }))).toBe('loaded')
    await redis.del(`${namespace}-other:video:1`, `${namespace}:fence`)
  })
})

test('own fills come back as messages, and their values are of use all the same', async () => {
  const { cache } = await connectNear({ namespace: uniqueNamespace(), memory })
  const load = vi.fn(() => 'loaded')
  const video = cache.define({ key: 'video:{id}', policy, load, tags: () => ['videos'] })
  await video.getOrSet({ id: 1 })
  await warm(cache, video.getOrSet)
  for (let read = 0; read < 10; read += 1)
    expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toBe('loaded')
  expect(load).toHaveBeenCalledTimes(1)
})

/** Whether an entry is still in memory after others with its tag were stored. */
async function afterOtherFills(broken: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const redis = await connect()
  const client = Object.keys(broken).length === 0 ? redis : withScripts(redis, broken)
  const { cache } = await connectNear({ namespace: uniqueNamespace(), memory }, { client })
  const video = cache.define({ key: 'video:{id}', policy, load: ({ id }) => id, tags: () => ['videos'] })
  // The first fills give the marker its life.
  for (const id of [1, 2]) await video.getOrSet({ id })
  await eventually(() => {
    expect(cache.stats().fills).toBe(2)
  })
  await warm(cache, video.getOrSet, 1)
  const before = cache.stats().fills
  for (let id = 10; id < 20; id += 1) await video.getOrSet({ id })
  await eventually(() => {
    expect(cache.stats().fills).toBe(before + 10)
  })
  // Whatever is to be heard of that is heard before this.
  await warm(cache, video.getOrSet, 2)
  await redis.unlink(`${cache.namespace}:video:2`)
  await untilGone(cache, video.get, 2)
  return nearRead(cache, () => video.getOrSet({ id: 1 }))
}

test('a fill does not drop the other entries of its tags, although it may prolong their markers', async () => {
  expect(await afterOtherFills()).toBe(1)
})

test('it would, if each fill prolonged its markers', async () => {
  const settle = scripts.settle.lua.replace('markerMs - 30000', 'markerMs')
  expect(await afterOtherFills({ settle })).toBe('not in memory')
})

test('rule 19: a lost connection passes the tier by before the next read, and the tracking is set up again', async () => {
  const server = await ownRedis()
  const { cache, redis } = await connectNear({ namespace: uniqueNamespace(), memory }, { url: server.url })
  const video = cache.define({ key: 'video:{id}', policy, load: () => 'loaded' })
  await warm(cache, video.getOrSet)
  const reasons: CacheEvents['nearTier']['reason'][] = []
  cache.on('nearTier', ({ reason }) => reasons.push(reason))
  const lost = new Promise((resolve) => cache.on('nearTier', resolve))
  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await lost
  expect(cache.stats().memory).toMatchObject({ entries: 0, bypassed: true })
  await untilTrusted(cache)
  expect(reasons).toEqual(['lost', 'trusted'])
  await warm(cache, video.getOrSet)
  await redis.del(`${cache.namespace}:video:1`)
  await untilGone(cache, video.get)
})

test('tracking that ends without the connection is noticed by the heartbeats that stay away', async () => {
  const held = new HeldReplies(await connect())
  const { cache } = await connectNear({ namespace: uniqueNamespace(), memory }, { client: held.client })
  const video = cache.define({ key: 'video:{id}', policy, load: () => 'loaded' })
  await warm(cache, video.getOrSet)
  // The heartbeat's key is protected from being written, as on a server that has become a replica.
  const silent = vi.spyOn(held, 'refuses').mockImplementation((command) => command === 'SET')
  await eventually(() => {
    expect(cache.stats().memory?.bypassed).toBe(true)
  })
  expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toBe('not in memory')
  silent.mockRestore()
  await untilTrusted(cache)
  await warm(cache, video.getOrSet)
})
