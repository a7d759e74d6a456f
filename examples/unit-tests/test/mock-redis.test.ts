import { createCache } from '@vidnest/cache-core'
import { recordEvents } from '@vidnest/cache-core/testing'
import { expect, test } from 'vitest'
import { mockRedis } from './mock-redis.ts'

test('a cache works on ioredis-mock: hits, tags, patterns and counters', async () => {
  const cache = createCache({ redis: mockRedis(), namespace: 'test', redisTimeout: '10s' })
  const events = recordEvents(cache)
  const product = cache.define({
    key: 'product:{id}',
    load: ({ id }) => `product ${String(id)}`,
    policy: { ttl: '5m', staleWhileRevalidate: '1h' },
    tags: () => ['products'],
  })
  await product.getOrSet({ id: 1 })
  await events.next('fill')
  expect(await product.get({ id: 1 })).toBe('product 1')
  events.expectLoadedOnce(product)
  await cache.invalidate({ tag: 'products' }, { mode: 'soft' })
  expect(await product.entry({ id: 1 })).toMatchObject({ stale: true, reason: 'tag' })
  events.clear()
  expect(await product.getOrSet({ id: 1 })).toBe('product 1')
  await events.next('fill')
  expect(events.trace()).toMatchInlineSnapshot(`
    "stale product:{id} (revalidate)
    load product:{id}
    refresh product:{id} (stale)
    fill product:{id}"
  `)
  await cache.invalidate({ tag: 'products' })
  expect(await product.get({ id: 1 })).toBeUndefined()
  expect(await product.set({ id: 2 }, 'set')).toBe(true)
  expect(await cache.invalidate({ pattern: 'product:*' })).toMatchObject({ queued: 0 })
  expect(await product.get({ id: 2 })).toBeUndefined()
  const views = cache.counter({ key: 'views:{id}', seed: () => 41 })
  expect(await views.increment({ id: 1 })).toBe(42)
  events.expectNo('storeError', 'codecError', 'fillDiscarded')
  await cache.close()
})
