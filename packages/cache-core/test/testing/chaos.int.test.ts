import { afterEach, expect, test, vi } from 'vitest'
import { createCache, type CacheOptions } from '../../src/index.ts'
import { createChaos, recordEvents } from '../../src/testing/index.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'

afterEach(closeAll)

const patience = { timeout: 10_000 }

async function shop(options: Partial<CacheOptions> = {}) {
  const chaos = createChaos({ seed: 7 })
  const redis = await connect()
  const cache = createCache({ redis: chaos.redis(redis), namespace: uniqueNamespace(), ...options })
  const product = cache.define({ key: 'product:{id}', policy: { ttl: '1h' }, load: ({ id }) => Number(id) })
  return { chaos, cache, product, events: recordEvents(cache) }
}

test('while Redis is down reads go on and invalidations are refused; when it is back all is well', async () => {
  const { chaos, cache, product, events } = await shop()
  expect(await product.set({ id: 1 }, 1)).toBe(true)
  chaos.inject({ down: true })
  expect(await product.getOrSet({ id: 1 })).toBe(1)
  events.expectLoadedOnce(product)
  await expect(product.invalidate({ id: 1 })).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
  expect((await cache.health()).status).toBe('degraded')
  chaos.calm()
  await vi.waitFor(async () => expect((await cache.health()).status).toBe('up'), patience)
  expect(await product.invalidate({ id: 1 })).toMatchObject({ removed: 1 })
  await cache.close()
})

test('a queued invalidation is done as soon as the connection is back', async () => {
  const { chaos, cache, product, events } = await shop({ onInvalidationFailure: 'queue' })
  await product.set({ id: 1 }, 1)
  chaos.inject({ down: true })
  expect(await product.invalidate({ id: 1 })).toMatchObject({ queued: 1 })
  chaos.calm()
  expect(await events.next('invalidationReplayed')).toMatchObject({ count: 1 })
  expect(await product.get({ id: 1 })).toBeUndefined()
  await cache.close()
})

test('an invalidation whose reply is lost was done, and is not reported as done', async () => {
  const { chaos, cache, product } = await shop({ redisTimeout: '200ms' })
  await product.set({ id: 1 }, 1)
  chaos.inject({ lostReplies: 1, only: (operation) => operation === 'UNLINK' })
  await expect(product.invalidate({ id: 1 })).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
  chaos.calm()
  await vi.waitFor(async () => expect((await product.entry({ id: 1 })).reason).toBe('absent'), patience)
  await cache.close()
})

test('a Redis that is slower than its deadline costs a read that much and no more', async () => {
  const { chaos, cache, product, events } = await shop({ redisTimeout: '50ms' })
  await product.set({ id: 1 }, 1)
  chaos.inject({ latency: '300ms' })
  expect(await product.getOrSet({ id: 1 })).toBe(1)
  expect(events.of('storeError')).toMatchObject([{ operation: 'read', error: { code: 'E_CACHE_TIMEOUT' } }])
  chaos.calm()
  await cache.close()
})
