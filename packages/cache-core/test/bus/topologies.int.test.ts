import { startRedisCluster, startSentinel } from '@vidnest/services'
import { Cluster, Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createCache, type Cache, type CacheEvents } from '../../src/index.ts'
import { uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { nearRead, untilTrusted } from '../support/near-cache.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const options = { redisTimeout: '2s', memory: { ttl: '10m' } } as const

function defineVideo(cache: Cache, source: { readonly value: string }) {
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '10m' },
    load: () => source.value,
    tags: () => ['videos'],
  })
  const inMemory = (): Promise<string | undefined> => nearRead(cache, () => video.getOrSet({ id: 1 }))
  return { ...video, inMemory }
}

describe('on a Cluster', () => {
  let nodes: Awaited<ReturnType<typeof startRedisCluster>>

  beforeAll(async () => {
    nodes = await startRedisCluster({ masters: 3 })
  })

  afterAll(() => nodes.stop())

  async function connectCluster(): Promise<Cluster> {
    const client = new Cluster([...nodes.nodes], {
      redisOptions: { maxRetriesPerRequest: 0 },
      enableOfflineQueue: false,
    })
    client.on('error', () => undefined)
    closers.push(() => client.disconnect())
    await eventually(() => {
      expect(client.status).toBe('ready')
    })
    return client
  }

  async function connectClusterCache(namespace: string): Promise<Cache> {
    const cache = createCache({ redis: await connectCluster(), namespace, ...options })
    closers.push(() => cache.close())
    await untilTrusted(cache)
    return cache
  }

  test.each([
    ['a key', { key: 'video:1' }],
    ['a tag', { tag: 'videos' }],
    ['all', 'all'],
  ] as const)(
    'the bus tells another process of an invalidation of %s, and this one is never behind',
    async (_, target) => {
      const namespace = uniqueNamespace()
      const source = { value: 'old' }
      const [one, other] = [await connectClusterCache(namespace), await connectClusterCache(namespace)]
      const [mine, theirs] = [defineVideo(one, source), defineVideo(other, source)]
      for (const video of [mine, theirs]) {
        await eventually(async () => {
          expect(await video.inMemory()).toBe('old')
        })
      }
      source.value = 'new'
      await one.invalidate(target)
      expect(await mine.getOrSet({ id: 1 })).toBe('new')
      await eventually(async () => {
        expect(await theirs.getOrSet({ id: 1 })).toBe('new')
      })
    },
  )

  test('it finds another node when its connection is lost', async () => {
    const cache = await connectClusterCache(uniqueNamespace())
    const lost = new Promise((resolve) => cache.on('nearTier', resolve))
    const client = await connectCluster()
    await Promise.all(client.nodes('master').map((node) => node.call('CLIENT', 'KILL', 'TYPE', 'pubsub')))
    await lost
    expect(cache.stats().memory?.bypassed).toBe(true)
    await untilTrusted(cache)
  })

  test('rule 19: tracking is refused, and the bus recommended', async () => {
    const redis = await connectCluster()
    expect(() => createCache({ redis, namespace: 'n', memory: { coherence: 'tracking' } })).toThrow(
      /^memory\.coherence: must be 'bus' on a Cluster/,
    )
  })
})

test.each(['bus', 'tracking'] as const)(
  'behind a Sentinel, %s goes on at the new master after a failover',
  async (coherence) => {
    const sentinel = await startSentinel()
    closers.push(() => sentinel.stop())
    const client = (): Redis => {
      const redis = new Redis({
        sentinels: sentinel.sentinels,
        name: sentinel.name,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => 100,
        sentinelRetryStrategy: () => 100,
      })
      redis.on('error', () => undefined)
      closers.push(() => redis.disconnect())
      return redis
    }
    const namespace = uniqueNamespace()
    const source = { value: 'old' }
    const cache = createCache({ redis: client(), namespace, ...options, memory: { ttl: '10m', coherence } })
    closers.push(() => cache.close())
    await untilTrusted(cache)
    const video = defineVideo(cache, source)
    await eventually(async () => {
      expect(await video.inMemory()).toBe('old')
    })
    const reasons: CacheEvents['nearTier']['reason'][] = []
    cache.on('nearTier', ({ reason }) => reasons.push(reason))
    await sentinel.master.kill()
    await eventually(() => {
      expect(reasons).toContain('trusted')
    }, 60_000)
    await untilTrusted(cache)
    expect(reasons[0]).toBe('lost')
    await eventually(async () => {
      expect(await video.inMemory()).toBe('old')
    }, 30_000)
    // It hears of others at the new master.
    const other = createCache({ redis: client(), namespace, ...options })
    closers.push(() => other.close())
    await eventually(async () => {
      source.value = 'new'
      await other.invalidate({ tag: 'videos' })
      expect(await video.getOrSet({ id: 1 })).toBe('new')
    }, 30_000)
  },
  120_000,
)
