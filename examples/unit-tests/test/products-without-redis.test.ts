import { createCache } from '@vidnest/cache-core'
import { createChaos, recordEvents } from '@vidnest/cache-core/testing'
import { expect, test } from 'vitest'
import { Products } from '../src/products.ts'
import { mockRedis } from './mock-redis.ts'
import { FakeTable } from './product-table.ts'

function shop() {
  const chaos = createChaos({ seed: 7 })
  const cache = createCache({ redis: chaos.redis(mockRedis()), namespace: 'test' })
  return { cache, chaos, products: new Products(cache, new FakeTable()), events: recordEvents(cache) }
}

test('products are still found while Redis is down', async () => {
  const { chaos, products } = shop()
  chaos.inject({ down: true })
  expect(await products.find('1')).toMatchObject({ name: 'Lamp' })
})

test('a price that was set while Redis is down is refused, not forgotten', async () => {
  const { chaos, products } = shop()
  await products.find('1')
  chaos.inject({ down: true })
  await expect(products.setPrice('1', 25)).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
})

test('with half of all commands failing, a reader never waits in vain', async () => {
  const { chaos, products, events } = shop()
  chaos.inject({ errors: 0.5 })
  for (let read = 0; read < 50; read += 1) {
    expect(await products.find('1')).toMatchObject({ name: 'Lamp' })
  }
  expect(events.of('storeError').length).toBeGreaterThan(0)
})
