import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { BusListener } from '../../src/bus/bus-listener.ts'
import { decodeMessage } from '../../src/bus/message.ts'
import { createCache, type Cache, type CacheEvents } from '../../src/index.ts'
import { closeAll, closeLater, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { HeldRedis } from '../support/held-redis.ts'
import { connectNear, nearRead, untilTrusted } from '../support/near-cache.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await closeAll()
  await stopServers()
})

const definition = { key: 'video:{id}', policy: { ttl: '10m' }, tags: () => ['videos'] } as const

function defineVideo(cache: Cache, load: () => unknown = () => 'old') {
  return cache.define({ ...definition, load })
}

/** Has the entry in memory. */
async function warm(
  cache: Cache,
  video: { getOrSet(params: { id: number }): Promise<unknown> },
): Promise<void> {
  await eventually(async () => {
    expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).not.toBe('not in memory')
  })
}

/** What happens to the near tier. */
function watch(cache: Cache): CacheEvents['nearTier']['reason'][] {
  const reasons: CacheEvents['nearTier']['reason'][] = []
  cache.on('nearTier', ({ reason }) => reasons.push(reason))
  return reasons
}

test('while invalidations of this process wait for Redis, memory does not serve their targets', async () => {
  const namespace = uniqueNamespace()
  const held = new HeldRedis(await connect())
  const { cache } = await connectNear({ namespace, onInvalidationFailure: 'queue' }, { client: held.client })
  const source = { value: 'old' }
  const video = defineVideo(cache, () => source.value)
  await warm(cache, video)
  held.refuse()
  source.value = 'new'
  await cache.invalidate({ key: 'video:1' })
  for (let read = 0; read < 5; read += 1) expect(await video.getOrSet({ id: 1 })).toBe('new')
  expect(cache.stats().memory?.entries).toBe(0)
  held.accept()
  await eventually(async () => {
    expect(cache.stats().invalidationsQueued).toBe(0)
    expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toBe('new')
  })
})

describe('rule 19: a subscription', () => {
  test('that is lost has the tier passed by before the next read, and used again when there is another one', async () => {
    const server = await ownRedis()
    const { cache, redis } = await connectNear({ namespace: uniqueNamespace() }, { url: server.url })
    const video = defineVideo(cache)
    await warm(cache, video)
    const reasons = watch(cache)
    const lost = new Promise((resolve) => cache.on('nearTier', resolve))
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await lost
    expect(cache.stats().memory).toMatchObject({ entries: 0, bypassed: true })
    expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toBe('not in memory')
    await untilTrusted(cache)
    await warm(cache, video)
    expect(reasons).toEqual(['lost', 'trusted'])
    // It listens again: what another process invalidates is followed.
    const other = await connectCache({ namespace: cache.namespace }, server.url)
    await other.cache.invalidate({ tag: 'videos' })
    await eventually(async () => {
      expect(await nearRead(cache, () => video.get({ id: 1 }))).toBe('not in memory')
    })
  })

  test('that is deaf has the tier passed by, and is made anew', async () => {
    const { cache } = await connectNear({ namespace: uniqueNamespace() })
    const video = defineVideo(cache)
    await warm(cache, video)
    const reasons = watch(cache)
    // What arrives is lost on its way; later on it is heard again.
    const deaf = vi.spyOn(BusListener.prototype, 'receive').mockReturnValue()
    await eventually(() => {
      expect(cache.stats().memory?.bypassed).toBe(true)
    })
    expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toBe('not in memory')
    await eventually(() => {
      expect(reasons).toContain('silent')
    })
    deaf.mockRestore()
    await untilTrusted(cache)
    await warm(cache, video)
  })

  test('that misses a message has the tier emptied as soon as the next one tells', async () => {
    const namespace = uniqueNamespace()
    const { cache } = await connectNear({ namespace })
    const video = defineVideo(cache)
    const other = await connectCache({ namespace })
    await other.cache.invalidate({ key: 'another' })
    await warm(cache, video)
    const reasons = watch(cache)
    const receive = BusListener.prototype.receive
    const lossy = vi.spyOn(BusListener.prototype, 'receive').mockImplementation(function (
      this: BusListener,
      text,
    ) {
      if (decodeMessage(text)?.change === undefined) receive.call(this, text)
    })
    await other.cache.invalidate({ key: 'video:1' })
    expect(lossy).toBeDefined()
    await eventually(() => {
      expect(reasons.slice(0, 2)).toEqual(['gap', 'trusted'])
    })
    lossy.mockRestore()
    await warm(cache, video)
  })

  test('survives a restart of the server: then the tier is empty, and in use again', async () => {
    const server = await ownRedis()
    const { cache } = await connectNear({ namespace: uniqueNamespace() }, { url: server.url })
    const source = { value: 'old' }
    const video = defineVideo(cache, () => source.value)
    await warm(cache, video)
    source.value = 'new'
    const lost = new Promise((resolve) => cache.on('nearTier', resolve))
    await server.kill()
    await lost
    expect(await video.getOrSet({ id: 1 })).toBe('new')
    await server.restart()
    await untilTrusted(cache)
    await warm(cache, video)
    expect(await video.getOrSet({ id: 1 })).toBe('new')
  })

  test('of an account that may not subscribe leaves the tier unused, with a warning, and everything else works', async () => {
    const server = await ownRedis()
    const admin = await connect(server.url)
    await admin.call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', 'resetchannels', '+@all')
    const redis = await connect(server.url.replace('redis://', 'redis://limited:secret@'))
    const cache = createCache({ redis, namespace: uniqueNamespace(), memory: {} })
    closeLater(() => cache.close())
    const warnings: string[] = []
    cache.on('warning', ({ message }) => warnings.push(message))
    const video = defineVideo(cache)
    expect(await video.getOrSet({ id: 1 })).toBe('old')
    await cache.invalidate({ key: 'video:1' })
    await eventually(() => {
      expect(warnings.toSorted()).toEqual([
        expect.stringContaining('PUBLISH is refused'),
        expect.stringContaining('refuses what the near tier has to subscribe to'),
      ])
    })
    expect(cache.stats()).toMatchObject({ storeErrors: 0, memory: { bypassed: true } })
  })
})

test('an epoch that another process began empties the tier', async () => {
  const server = await ownRedis()
  const { cache, redis } = await connectNear({ namespace: uniqueNamespace() }, { url: server.url })
  const video = defineVideo(cache)
  await warm(cache, video)
  const name = `${cache.namespace}:~generation`
  const generation = (await redis.get(name)) ?? ''
  await redis.set(name, `${generation.slice(0, 17)}anewyear${generation.slice(25)}`)
  // The next script's reply tells of it.
  await video.getOrSet({ id: 2 })
  await eventually(async () => {
    expect((await video.entry({ id: 1 })).tier).not.toBe('memory')
  })
})

describe.each([
  ['6', Redis],
  ['5', Redis5 as unknown as typeof Redis],
])('with ioredis %s', (_, Client) => {
  test.each(['bus', 'tracking'] as const)(
    '%s follows another process, and close leaves nothing',
    async (coherence) => {
      const server = await ownRedis()
      const redis = new Client(server.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 })
      await new Promise((resolve) => redis.once('ready', resolve))
      const listeners = (): number =>
        ['ready', 'close', 'end', 'error'].reduce((sum, name) => sum + redis.listenerCount(name), 0)
      const connections = async (): Promise<number> =>
        String(await redis.client('LIST'))
          .trim()
          .split('\n').length
      const before = { listeners: listeners(), connections: await connections() }
      const namespace = uniqueNamespace()
      const cache = createCache({ redis, namespace, redisTimeout: '2s', memory: { ttl: '10m', coherence } })
      await untilTrusted(cache)
      expect(await connections()).toBe(before.connections + 1)
      const video = defineVideo(cache)
      await warm(cache, video)
      const other = await connectCache({ namespace }, server.url)
      await other.cache.invalidate({ tag: 'videos' })
      await eventually(async () => {
        expect(await nearRead(cache, () => video.get({ id: 1 }))).toBe('not in memory')
      })
      await other.cache.close()
      other.redis.disconnect()
      await cache.close()
      await eventually(async () => {
        expect({ listeners: listeners(), connections: await connections() }).toEqual(before)
      })
      redis.disconnect()
    },
  )
})
