import { isCacheError } from '@vidnest/cache-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openQueryWorld, type QueryWorld } from '../support/query-world.ts'

let world: QueryWorld
beforeAll(async () => {
  world = await openQueryWorld({ ignore: ['views'] })
})
afterAll(() => world.close())

type Read = readonly [name: string, read: (world: QueryWorld) => PromiseLike<unknown>]

describe('MongoDB is always asked', () => {
  it.each<Read>([
    ['by a read of a secondary', ({ Item }) => Item.find().read('secondaryPreferred').cache()],
    ['for an explain', ({ Item }) => Item.find().explain('queryPlanner').cache()],
    [
      'by what changes with the clock',
      ({ Item }) => Item.find({ $expr: { $lt: ['$date', '$$NOW'] } }).cache(),
    ],
    ['by a sample', ({ Item }) => Item.cachedAggregate([{ $sample: { size: 1 } }])],
    [
      'by a join with a collection that has no plugin',
      ({ Item }) =>
        Item.cachedAggregate([
          { $lookup: { from: 'strangers', localField: 'a', foreignField: 'b', as: 'c' } },
        ]),
    ],
    ['by a cursor', ({ Item }) => Item.find().cache().cursor().next()],
    ['when it is taken back', ({ Item }) => Item.find().cache().cache(false)],
  ])('%s', async (_name, read) => {
    await read(world)
    world.reads()
    await read(world)
    expect(world.reads()).not.toEqual([])
  })

  it('in a transaction, which sees its own writes and shows them to nobody', async () => {
    const { Item, User, ids, connection } = world
    const names = () => Item.findById(ids.item).populate('owner').lean().cache()
    await names()
    const aborted = connection.transaction(async () => {
      await User.updateOne({ _id: ids.user }, { name: 'Uncommitted' })
      expect(await names()).toMatchObject({ owner: { name: 'Uncommitted' } })
      throw new Error('aborted')
    })
    await expect(aborted).rejects.toThrow('aborted')
    expect(await names()).toMatchObject({ owner: { name: 'Ann' } })
  })
})

describe('a query is refused', () => {
  const refusal = (error: unknown) => isCacheError(error, 'E_CACHE_CONFIG')

  it('on a write, whichever comes first', async () => {
    const { Item } = world
    expect(() => Item.updateOne({}, { number: 1 }).cache()).toThrow(/for reads/)
    const later = Item.find({ text: 'item' }).cache().updateOne({}, { number: 9 })
    await expect(later.exec()).rejects.toSatisfy(refusal)
    expect(await Item.countDocuments({ number: 9 })).toBe(0)
  })

  it('with $out and $merge', async () => {
    await expect(world.Item.cachedAggregate([{ $out: 'copy' }]).exec()).rejects.toSatisfy(refusal)
  })

  it.each<Read>([
    ['filters', ({ Item }) => Item.find({ $or: [{ views: { $gt: 1 } }] }).cache()],
    ['sorts', ({ Item }) => Item.find().sort('-views').cache()],
    ['sorts by when it was updated', ({ Item }) => Item.find().sort({ updatedAt: 1 }).cache()],
    ['distinguishes', ({ Item }) => Item.distinct('views').cache()],
  ])('that %s by an ignored path, unless its TTL is enough', async (_name, read) => {
    await expect(Promise.resolve(read(world))).rejects.toSatisfy(refusal)
  })

  it('not with ttlOnly, nor for the time of its creation', async () => {
    const { Item } = world
    expect(await Item.find().sort('-views').cache({ ttlOnly: true })).toHaveLength(2)
    expect(await Item.find().sort('createdAt').cache()).toHaveLength(2)
  })

  it.each([
    ['an unknown option', { time: '1m' }, 'cache.time'],
    ['a number for a duration', { ttl: 60 }, 'cache.ttl'],
    ['tags that are none', { tags: 'home' }, 'cache.tags'],
    ['a text for a yes', { ttlOnly: 'yes' }, 'cache.ttlOnly'],
  ])('with %s', (_name, options, path) => {
    expect(() => world.Item.find().cache(options as never)).toThrow(path)
  })
})

describe('explainCache', () => {
  it('tells the key, the tags and whether it would be a hit', async () => {
    const { Item, ids, cache } = world
    await cache.invalidate('all')
    world.reads()
    const query = () =>
      Item.find({ number: 1.5 })
        .sort('text')
        .cache({ tags: ['home'] })
    const miss = await query().explainCache()
    expect(miss).toMatchObject({ outcome: 'miss', method: 'find', collection: 'items' })
    expect(miss.tags).toContain('home')
    expect(world.reads()).toEqual([])
    await query()
    const hit = await query().explainCache()
    expect(hit).toMatchObject({ outcome: 'hit', key: miss.key })
    expect(hit.tags.filter((tag) => tag.includes(ids.item.toHexString()))).toHaveLength(1)
  })

  it('tells why the cache is not asked', async () => {
    const { Item } = world
    const { outcome, reason } = await Item.find().read('secondary').cache().explainCache()
    expect([outcome, reason]).toEqual(['bypass', 'secondary'])
  })

  it("rejects with a hook's error when there is one", async () => {
    const failing = world.Item.find({ number: 'no number' } as never).cache()
    await expect(failing.explainCache()).rejects.toThrow(/Cast to Number/)
  })
})

describe('options', () => {
  it('ttl and tags bound and invalidate an entry', async () => {
    const { Item, cache } = world
    const read = () => Item.findOne({ text: 'film' }).cache({ ttl: '1m', tags: ['films'] })
    await read()
    world.reads()
    await cache.invalidate({ tag: 'films' })
    await read()
    expect(world.reads()).toEqual(['find'])
  })
})
