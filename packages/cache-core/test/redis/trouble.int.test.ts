import { afterEach, expect, test, vi } from 'vitest'
import { createCache, isCacheError, type CacheEvents } from '../../src/index.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

const definition = { key: 'video:{id}', policy: { ttl: '5m' }, tags: () => ['videos'] } as const

async function cacheOnOwnRedis(
  options: { readonly onInvalidationFailure?: 'throw' | 'queue' } = {},
  args: string[] = [],
) {
  const server = await ownRedis(args)
  const redis = await connect(server.url)
  const cache = createCache({ redis, namespace: uniqueNamespace(), redisTimeout: '100ms', ...options })
  const row = { version: 1 }
  const video = cache.define({ ...definition, load: () => ({ version: row.version }) })
  return { server, redis, cache, video, row }
}

test('rule 21: a frozen Redis costs the first reads one deadline, and the next ones no wait; it recovers by itself', async () => {
  const { server, redis, cache, video } = await cacheOnOwnRedis()
  const other = createCache({ redis, namespace: uniqueNamespace() })
  const sameClient = other.define({ ...definition, load: () => 'from the source' })
  await video.set({ id: 1 }, { version: 1 })
  const operations: string[] = []
  for (const one of [cache, other]) {
    one.on('storeError', ({ operation, error }) => operations.push(`${operation} ${error.code}`))
  }
  await server.pause()
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 1 })
  expect(operations).toEqual(['read E_CACHE_TIMEOUT'])
  operations.length = 0
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 1 })
  expect(await sameClient.getOrSet({ id: 1 })).toBe('from the source')
  expect(operations).toEqual(['read E_CACHE_STORE', 'read E_CACHE_STORE'])
  await server.resume()
  await vi.waitFor(
    async () => {
      await video.getOrSet({ id: 1 })
      expect(await video.get({ id: 1 })).toEqual({ version: 1 })
    },
    { timeout: 15_000 },
  )
  expect((await cache.health()).status).toBe('up')
  await other.close()
})

test('rule 22: five operations in a row that run into their deadline open the breaker', async () => {
  const { server, cache } = await cacheOnOwnRedis()
  await server.pause()
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await expect(cache.invalidate({ key: 'video:1' })).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
  }
  expect((await cache.health()).redis?.breaker).toBe('open')
  await server.resume()
})

test('a killed Redis fails no read, and nothing needs a restart when it comes back', async () => {
  const { server, cache, video } = await cacheOnOwnRedis()
  await video.getOrSet({ id: 1 })
  await server.kill()
  const reads = await Promise.all(Array.from({ length: 200 }, () => video.getOrSet({ id: 1 })))
  expect(reads).toEqual(Array(200).fill({ version: 1 }))
  expect(cache.stats().loads).toBeLessThan(10)
  await server.restart()
  await vi.waitFor(
    async () => {
      await video.getOrSet({ id: 1 })
      expect(await video.has({ id: 1 })).toBe(true)
    },
    { timeout: 15_000 },
  )
})

test('a cache that is made before Redis is there answers from the source, and uses Redis once it is', async () => {
  const { server, video } = await cacheOnOwnRedis()
  await server.kill()
  const { Redis } = await import('ioredis')
  const late = new Redis(server.url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 50,
  })
  late.on('error', () => undefined)
  const cache = createCache({ redis: late, namespace: uniqueNamespace() })
  const same = cache.define({ ...definition, load: () => 'from the source' })
  expect(await same.getOrSet({ id: 1 })).toBe('from the source')
  await server.restart()
  await vi.waitFor(async () => {
    await same.getOrSet({ id: 1 })
    expect(await same.has({ id: 1 })).toBe(true)
  })
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 1 })
  await cache.close()
  late.disconnect()
})

test.each([
  ['its key', { key: 'video:1' }],
  ['a tag', { tag: 'videos' }],
  ['a pattern', { pattern: 'video:*' }],
] as const)('rule 23: an invalidation of %s that Redis did not acknowledge rejects', async (_, target) => {
  const { server, cache, video } = await cacheOnOwnRedis()
  await video.getOrSet({ id: 1 })
  await server.pause()
  const failed: CacheEvents['invalidationFailed'][] = []
  cache.on('invalidationFailed', (event) => failed.push(event))
  const error: unknown = await cache.invalidate(target).catch((reason: unknown) => reason)
  expect(isCacheError(error, 'E_CACHE_INVALIDATION')).toBe(true)
  expect(failed).toMatchObject([{ queued: false, error: { code: 'E_CACHE_TIMEOUT' } }])
  expect(cache.stats().invalidationsFailed).toBe(1)
  await server.resume()
})

test.each([
  ['its key', { key: 'video:1' }],
  ['a tag', { tag: 'videos' }],
  ['a pattern', { pattern: 'video:*' }],
  ['all', 'all'],
] as const)(
  'rule 23: queued, an invalidation of %s is done before this process trusts Redis again',
  async (_, target) => {
    const { server, cache, video, row } = await cacheOnOwnRedis({ onInvalidationFailure: 'queue' })
    await video.getOrSet({ id: 1 })
    await vi.waitFor(async () => {
      expect(await video.has({ id: 1 })).toBe(true)
    })
    await server.pause()
    row.version = 2
    expect(await cache.invalidate(target)).toMatchObject({ queued: 1 })
    expect(cache.stats().invalidationsQueued).toBe(1)
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    await server.resume()
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    await vi.waitFor(
      async () => {
        expect(cache.stats().invalidationsQueued).toBe(0)
        expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
        expect(await video.has({ id: 1 })).toBe(true)
      },
      { timeout: 15_000 },
    )
  },
)

test('rule 23: queued invalidations are replayed without any read, also after a restart that kept the old value', async () => {
  const { server, redis, cache, video, row } = await cacheOnOwnRedis({ onInvalidationFailure: 'queue' }, [
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
  ])
  await video.getOrSet({ id: 1 })
  await vi.waitFor(async () => {
    expect(await video.has({ id: 1 })).toBe(true)
  })
  const key = `${cache.namespace}:video:1`
  await server.kill()
  row.version = 2
  expect(await cache.invalidate(video.target({ id: 1 }))).toMatchObject({ queued: 1 })
  await server.restart()
  await vi.waitFor(
    async () => {
      expect(cache.stats().invalidationsQueued).toBe(0)
      expect(await redis.exists(key)).toBe(0)
    },
    { timeout: 15_000 },
  )
})

test('rule 4: readers who joined a load whose fill Redis did not acknowledge load again instead of trusting it', async () => {
  const { server, cache } = await cacheOnOwnRedis()
  let loads = 0
  const slow = cache.define({
    key: 'slow:{id}',
    policy: { ttl: '5m' },
    load: async () => {
      loads += 1
      await server.pause()
      return loads
    },
  })
  const [leader, ...joiners] = await Promise.all(Array.from({ length: 10 }, () => slow.getOrSet({ id: 1 })))
  expect(leader).toBe(1)
  expect(joiners.every((value) => value > 1)).toBe(true)
  expect(loads).toBeLessThanOrEqual(3)
  await server.resume()
})

test('rule 11: invalidation works above maxmemory, where nothing can be stored', async () => {
  const { redis, cache, video, row } = await cacheOnOwnRedis({}, ['--maxmemory-policy', 'noeviction'])
  await video.getOrSet({ id: 1 })
  await vi.waitFor(async () => {
    expect(await video.has({ id: 1 })).toBe(true)
  })
  await redis.config('SET', 'maxmemory', '1')
  row.version = 2
  await cache.invalidate([{ tag: 'videos' }, { tag: 'never-seen' }])
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
  row.version = 3
  await cache.invalidate({ key: 'video:1' })
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 3 })
})

test('rule 3: a script that the server has forgotten is sent again', async () => {
  const { redis, cache, video } = await cacheOnOwnRedis()
  for (const id of [1, 2, 3]) {
    await video.getOrSet({ id })
    await redis.script('FLUSH')
    await cache.invalidate({ tag: 'videos' })
  }
  expect(cache.stats()).toMatchObject({ storeErrors: 0, fillsDiscarded: 0 })
})

test('close ends in bounded time while Redis is frozen, and later reads still answer', async () => {
  const { server, cache, video } = await cacheOnOwnRedis()
  await video.getOrSet({ id: 1 })
  await server.pause()
  await cache.close()
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 1 })
  await expect(cache.invalidate('all')).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' })
  await server.resume()
})
