import type { PipelineStage } from 'mongoose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { openQueryWorld, type QueryWorld } from '../support/query-world.ts'

let world: QueryWorld
beforeAll(async () => {
  world = await openQueryWorld({ ignore: ['views'] })
})
afterEach(async () => {
  const { Item, User, Note, ids } = world
  await Item.deleteMany({ _id: { $nin: [ids.item, ids.film] } })
  await Item.updateMany({}, { $set: { text: 'item', number: 1.5, owner: ids.user } })
  await User.updateOne({ _id: ids.user }, { name: 'Ann' })
  await Note.deleteMany({ words: 'third' })
})
afterAll(() => world.close())

type Write = readonly [name: string, write: (world: QueryWorld) => PromiseLike<unknown>]

const writes: readonly Write[] = [
  [
    'save',
    async ({ Item, ids }) => {
      const item = await Item.findById(ids.item).orFail()
      item.number = 2
      await item.save()
    },
  ],
  ['create', ({ Item }) => Item.create({ text: 'new', number: 2 })],
  ['updateOne by _id', ({ Item, ids }) => Item.updateOne({ _id: ids.item }, { number: 2 })],
  ['updateOne by filter', ({ Item }) => Item.updateOne({ text: 'item' }, { $inc: { number: 1 } })],
  [
    'a pipeline',
    ({ Item, ids }) => Item.updateOne({ _id: ids.item }, [{ $set: { number: 2 } }], { updatePipeline: true }),
  ],
  ['updateMany', ({ Item }) => Item.updateMany({}, { number: 2 })],
  ['an upsert', ({ Item }) => Item.updateOne({ text: 'upserted' }, { number: 2 }, { upsert: true })],
  ['findOneAndUpdate', ({ Item }) => Item.findOneAndUpdate({ text: 'item' }, { number: 2 })],
  ['replaceOne', ({ Item, ids }) => Item.replaceOne({ _id: ids.item }, { text: 'item', number: 2 })],
  ['insertMany', ({ Item }) => Item.insertMany([{ text: 'new', number: 2 }])],
  [
    'bulkWrite',
    ({ Item, ids }) => Item.bulkWrite([{ updateOne: { filter: { _id: ids.item }, update: { number: 2 } } }]),
  ],
  [
    'Model.collection',
    ({ Item, ids }) => Item.collection.updateOne({ _id: ids.item }, { $set: { number: 2 } }),
  ],
  ['a discriminator', ({ Film }) => Film.create({ text: 'new', number: 2 })],
]

/** A query as far as these tests use it. */
interface Cacheable extends PromiseLike<unknown> {
  cache(): Cacheable
}

const reads: readonly (readonly [name: string, read: (world: QueryWorld) => Cacheable])[] = [
  ['by id', ({ Item, ids }) => Item.findById(ids.item).select('number').lean()],
  ['by filter and sort', ({ Item }) => Item.find({ number: 2 }).sort('text').select('number').lean()],
  ['without filter', ({ Item }) => Item.find().sort({ _id: 1 }).select('number').lean()],
  ['without _id', ({ Item }) => Item.find().sort({ _id: 1 }).select('-_id number').lean()],
  [
    'findOne of nothing',
    ({ Item }) =>
      Item.findOne({ number: { $gt: 1.7 } })
        .select('number')
        .lean(),
  ],
  [
    'by $expr',
    ({ Item }) =>
      Item.find({ $expr: { $gt: ['$number', 1.7] } })
        .select('number')
        .lean(),
  ],
  ['countDocuments', ({ Item }) => Item.countDocuments({ number: { $gt: 1.7 } })],
  ['estimatedDocumentCount', ({ Item }) => Item.estimatedDocumentCount()],
  ['distinct', ({ Item }) => Item.distinct('number')],
]

async function answers(cached: boolean): Promise<string[]> {
  const found: string[] = []
  for (const [name, read] of reads) {
    found.push(`${name}: ${JSON.stringify(await (cached ? read(world).cache() : read(world)))}`)
  }
  const pipeline: PipelineStage[] = [
    { $group: { _id: '$number', count: { $sum: 1 } } },
    { $sort: { _id: 1 } },
  ]
  const { Item } = world
  found.push(JSON.stringify(await (cached ? Item.cachedAggregate(pipeline) : Item.aggregate(pipeline))))
  return found
}

describe('every cached query is right once the write has resolved', () => {
  it.each(writes)('after %s', async (_name, write) => {
    const before = await answers(true)
    await write(world)
    const truth = await answers(false)
    expect(truth).not.toEqual(before)
    expect(await answers(true)).toEqual(truth)
  })

  it.each(writes)('after the commit of %s', async (_name, write) => {
    const before = await answers(true)
    await world.connection.transaction(async () => {
      await write(world)
    })
    const truth = await answers(false)
    expect(truth).not.toEqual(before)
    expect(await answers(true)).toEqual(truth)
  })

  it('after a delete', async () => {
    const { Item } = world
    const { _id } = await Item.create({ text: 'deleted', number: 3 })
    const before = await answers(true)
    await Item.deleteOne({ _id })
    const truth = await answers(false)
    expect(truth).not.toEqual(before)
    expect(await answers(true)).toEqual(truth)
  })
})

describe('a populated result', () => {
  it('is right after a write to what it refers to', async () => {
    const { Item, User, ids } = world
    const read = () => Item.findById(ids.item).populate('owner').orFail().lean().cache()
    await read()
    await User.updateOne({ _id: ids.user }, { name: 'Renamed' })
    expect(await read()).toMatchObject({ owner: { name: 'Renamed' } })
  })

  it('is right after one more document refers to it', async () => {
    const { Item, Note, ids } = world
    const read = () => Item.findById(ids.item).populate('notes noteCount').orFail().lean().cache()
    expect(await read()).toMatchObject({ noteCount: 2 })
    await Note.create({ item: ids.item, words: 'third' })
    const third = expect.objectContaining({ words: 'third' }) as unknown
    expect(await read()).toMatchObject({ noteCount: 3, notes: expect.arrayContaining([third]) as unknown })
  })

  it('leaves out of the cache what its path says', async () => {
    const { Item, ids } = world
    const read = () =>
      Item.findById(ids.item)
        .populate({ path: 'owner', options: { cache: false } })
        .cache()
    await read()
    world.reads()
    await read()
    expect(world.reads()).toEqual(['find'])
  })
})

describe('a cached query stays a hit', () => {
  it.each<Write>([
    ['an update of another document', ({ Film, ids }) => Film.updateOne({ _id: ids.film }, { number: 2 })],
    ['a write to another collection', ({ Note, ids }) => Note.create({ item: ids.item, words: 'third' })],
    [
      'an update of ignored paths',
      ({ Item, ids }) => Item.updateOne({ _id: ids.item }, { $inc: { views: 1 } }),
    ],
    [
      'an aborted transaction',
      ({ Item, ids, connection }) =>
        connection
          .transaction(async () => {
            await Item.updateOne({ _id: ids.item }, { number: 9 })
            throw new Error('aborted')
          })
          .catch(() => {}),
    ],
  ])('after %s', async (_name, write) => {
    const { Item, ids } = world
    await Item.findById(ids.item).cache()
    await write(world)
    world.reads()
    await Item.findById(ids.item).cache()
    expect(world.reads()).toEqual([])
  })

  it('after an update of a path that decides on nothing', async () => {
    const { Item, ids } = world
    const read = () => Item.countDocuments({ number: 1.5 }).cache()
    await read()
    await Item.updateOne({ _id: ids.item }, { text: 'renamed' })
    world.reads()
    await read()
    expect(world.reads()).toEqual([])
  })
})
