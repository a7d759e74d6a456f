import { startFaultProxy } from '@vidnest/services'
import { afterEach, expect, test } from 'vitest'
import { createCache, redisProfile, type CacheEvents, type MemoryOptions } from '../../src/index.ts'
import { uniqueNamespace } from '../support/connect.ts'
import { CountingClock } from '../support/counting-clock.ts'
import { eventually } from '../support/eventually.ts'
import { closeLabs, closeLater, expectClean, openClient } from '../support/fault-lab.ts'
import { nearRead, untilTrusted } from '../support/near-cache.ts'
import { Traces } from '../support/traces.ts'
import { ownRedis } from '../support/trouble.ts'

afterEach(closeLabs)

type Coherence = NonNullable<MemoryOptions['coherence']>

/** A near tier whose messages, and nothing else, come over a link that can be spoilt; and another process. */
async function openNearLab(coherence: Coherence) {
  const server = await ownRedis()
  const proxy = await startFaultProxy(server)
  closeLater(() => proxy.stop())
  const [redis, otherRedis] = [1, 2].map(() => openClient(server.url, redisProfile('cache')))
  if (redis === undefined || otherRedis === undefined) throw new Error('two clients were made')
  await eventually(() => {
    expect([redis.status, otherRedis.status]).toEqual(['ready', 'ready'])
  })
  const client = new Proxy(redis, {
    get(target, property) {
      if (property === 'duplicate') {
        return (options: object) => target.duplicate({ ...options, host: proxy.host, port: proxy.port })
      }
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const [traces, clock, namespace] = [new Traces(redis), new CountingClock(), uniqueNamespace()]
  closeLater(() => traces.stop())
  const patient = { namespace, redisTimeout: '2s' } as const
  const cache = createCache({ ...patient, redis: client, clock, memory: { ttl: '10m', coherence } })
  const other = createCache({ ...patient, redis: otherRedis })
  closeLater(() => Promise.all([cache.close(), other.close()]).then(() => undefined))
  const row = { version: 1 }
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '10m' },
    load: () => row.version,
    tags: () => ['videos'],
  })
  const inMemory = (): Promise<number | 'not in memory'> => nearRead(cache, () => video.getOrSet({ id: 1 }))
  const reasons: CacheEvents['nearTier']['reason'][] = []
  cache.on('nearTier', ({ reason }) => reasons.push(reason))
  await untilTrusted(cache)
  await eventually(async () => {
    expect(await inMemory()).toBe(1)
  })
  reasons.length = 0
  return {
    server,
    proxy,
    cache,
    other,
    row,
    video,
    inMemory,
    reasons,
    expectClean: () => expectClean(cache, traces, clock),
  }
}

test.each(['bus', 'tracking'] as const)(
  'fault 20: a %s link on which nothing arrives any more is noticed, and memory is passed by until there is another',
  async (coherence) => {
    const lab = await openNearLab(coherence)
    await lab.proxy.set({ toClient: { blackHole: true } })
    lab.row.version = 2
    await lab.other.invalidate({ key: 'video:1' })
    await eventually(() => {
      expect(lab.cache.stats().memory).toMatchObject({ bypassed: true })
    })
    expect(await lab.video.getOrSet({ id: 1 })).toBe(2)
    await eventually(() => {
      expect(lab.reasons).toContain('silent')
    })
    await lab.proxy.heal()
    await untilTrusted(lab.cache)
    await eventually(async () => {
      expect(await lab.inMemory()).toBe(2)
    })
    lab.row.version = 3
    await lab.other.invalidate({ tag: 'videos' })
    await eventually(async () => {
      expect(await lab.video.getOrSet({ id: 1 })).toBe(3)
    })
    await lab.expectClean()
  },
)

test.each(['bus', 'tracking'] as const)(
  'fault 19: a %s link that is cut again and again loses messages, and memory never keeps what they were about',
  async (coherence) => {
    const lab = await openNearLab(coherence)
    for (let cut = 0; cut < 5; cut += 1) {
      const lost = new Promise((resolve) => lab.cache.on('nearTier', resolve))
      lab.proxy.resetAll()
      for (let change = 0; change < 10; change += 1) {
        lab.row.version += 1
        await lab.other.invalidate(change % 2 === 0 ? { key: 'video:1' } : { tag: 'videos' })
      }
      await lost
      // What was missed was missed while memory was passed by, so nothing of it is left in there.
      expect(await lab.video.getOrSet({ id: 1 })).toBe(lab.row.version)
      await untilTrusted(lab.cache)
      expect(await lab.video.getOrSet({ id: 1 })).toBe(lab.row.version)
    }
    expect(lab.reasons.filter((reason) => reason === 'lost').length).toBeGreaterThanOrEqual(5)
    await lab.expectClean()
  },
)

test('fault 21: a link that is too slow is dropped by the server, and memory is passed by until there is another', async () => {
  const lab = await openNearLab('bus')
  const { server, proxy, cache, other, row, video, inMemory } = lab
  const admin = openClient(server.url)
  await admin.config('SET', 'client-output-buffer-limit', 'pubsub 65536 65536 1')
  const [channel = ''] = (await admin.pubsub('CHANNELS', '*')) as string[]
  const listeners = async (): Promise<unknown> => ((await admin.pubsub('NUMSUB', channel)) as unknown[])[1]
  expect(await listeners()).toBe(1)
  await proxy.set({ toClient: { blackHole: true } })
  // More than the operating system takes for a connection that nobody reads, and the limit besides.
  while ((await listeners()) !== 0) await admin.publish(channel, 'x'.repeat(1_000_000))
  row.version = 2
  await other.invalidate({ key: 'video:1' })
  await eventually(() => {
    expect(cache.stats().memory).toMatchObject({ bypassed: true, entries: 0 })
  })
  expect(await video.getOrSet({ id: 1 })).toBe(2)
  await proxy.heal()
  await untilTrusted(cache)
  await eventually(async () => {
    expect(await inMemory()).toBe(2)
  })
  await lab.expectClean()
})
