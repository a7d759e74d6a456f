import { createCache } from '@vidnest/cache-core'
import { ManualClock, recordEvents } from '@vidnest/cache-core/testing'
import { expect, test } from 'vitest'
import { Products } from '../src/products.ts'
import { FakeTable } from './product-table.ts'

function shop() {
  const clock = new ManualClock()
  // Without `redis` the cache lives in memory: no server, and the same behaviour.
  const cache = createCache({ namespace: 'test', clock })
  const table = new FakeTable()
  return { clock, table, products: new Products(cache, table), events: recordEvents(cache) }
}

test('a product is loaded once, however many ask for it', async () => {
  const { products, events } = shop()
  const found = await Promise.all(Array.from({ length: 50 }, () => products.find('1')))
  expect(new Set(found.map((product) => product?.name))).toEqual(new Set(['Lamp']))
  events.expectLoadedOnce(products.byId)
})

test('a new price is seen by whoever reads after it was set', async () => {
  const { products, events } = shop()
  await products.find('1')
  await products.setPrice('1', 25)
  expect(await products.find('1')).toMatchObject({ price: 25 })
  expect(events.trace()).toMatchInlineSnapshot(`
    "miss product:{id} (absent)
    load product:{id}
    fill product:{id}
    invalidate key 1
    miss product:{id} (absent)
    load product:{id}
    fill product:{id}"
  `)
})

test('while the database is down, a product of the last hour stands in', async () => {
  const { clock, products, table } = shop()
  await products.find('1')
  table.isDown = true
  clock.advance('30m')
  expect(await products.find('1')).toMatchObject({ price: 30 })
  clock.advance('1h')
  await expect(products.find('1')).rejects.toThrow('the database is down')
})
