import { afterAll, beforeAll, expect, it } from 'vitest'

import { openQueryWorld, type QueryWorld } from '../support/query-world.ts'

let world: QueryWorld
beforeAll(async () => {
  world = await openQueryWorld({}, { maxEntries: 100, ttl: '1m' })
})
afterAll(() => world.close())

it('a hit in memory equals the plain query and shares no state with the next', async () => {
  const { Item, cache } = world
  const query = () => Item.find().sort({ _id: 1 }).populate('owner').lean()
  const plain = await query()
  await query().cache()
  const before = cache.stats().memoryHits
  for (const read of [1, 2, 3]) {
    const [item] = await query().cache()
    expect(item).toEqual(plain[0])
    item?.mixed.list.push(read)
  }
  expect(cache.stats().memoryHits - before).toBeGreaterThan(0)
})

it('a write leaves nothing old in memory', async () => {
  const { Item, ids } = world
  const read = () => Item.findById(ids.item).lean().cache()
  await read()
  await read()
  await Item.updateOne({ _id: ids.item }, { number: 7 })
  expect(await read()).toMatchObject({ number: 7 })
})
