import mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openQueryWorld, type QueryWorld } from '../support/query-world.ts'

let world: QueryWorld
beforeAll(async () => {
  world = await openQueryWorld()
})
afterAll(() => world.close())

/** What can be seen of a document: its class, what it holds, and what it shows. */
function seen(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(seen)
  if (!(result instanceof mongoose.Document)) return result
  return {
    class: (result.constructor as { modelName?: string }).modelName,
    isNew: result.isNew,
    raw: result.toObject({ getters: false, virtuals: false }),
    shown: result.toObject(),
    json: result.toJSON(),
    secretSelected: result.isSelected('secret'),
    populated: result.populated('owner'),
  }
}

/** A query as far as these tests use it. */
interface Cacheable extends PromiseLike<unknown> {
  cache(): PromiseLike<unknown>
}

type Case = readonly [name: string, query: (world: QueryWorld) => Cacheable]

const cases: readonly Case[] = [
  ['find', ({ Item }) => Item.find().sort({ _id: 1 })],
  ['find of nothing', ({ Item }) => Item.find({ text: 'nothing' })],
  ['find with options', ({ Item }) => Item.find({ flag: true }).sort('-text').skip(1).limit(1)],
  ['lean find', ({ Item }) => Item.find().sort({ _id: 1 }).lean()],
  ['lean find with options', ({ Item }) => Item.find().sort({ _id: 1 }).lean({ versionKey: false })],
  ['findOne', ({ Item }) => Item.findOne({ text: 'item' })],
  ['findOne of nothing', ({ Item }) => Item.findOne({ text: 'nothing' })],
  ['findById', ({ Item, ids }) => Item.findById(ids.item)],
  ['findById of nothing', ({ Item, ids }) => Item.findById(ids.user)],
  ['a discriminator', ({ Film }) => Film.find()],
  ['a discriminator through its base', ({ Item, ids }) => Item.findById(ids.film)],
  ['a path with select: false', ({ Item, ids }) => Item.findById(ids.item).select('+secret')],
  ['a projection', ({ Item }) => Item.find().sort({ _id: 1 }).select('text nested')],
  ['a projection without _id', ({ Item }) => Item.find().sort({ _id: 1 }).select('-_id text').lean()],
  ['populate', ({ Item, ids }) => Item.findById(ids.item).populate('owner owners')],
  ['lean populate', ({ Item }) => Item.find().sort({ _id: 1 }).populate('owner').lean()],
  [
    'populate of two levels',
    ({ Item, ids }) => Item.findById(ids.item).populate({ path: 'owner', populate: { path: 'boss' } }),
  ],
  ['virtual populate', ({ Item, ids }) => Item.findById(ids.item).populate('notes noteCount')],
  ['virtual populate with options', ({ Item, ids }) => Item.findById(ids.item).populate('sortedNotes')],
  [
    'populate with match and limit',
    ({ Item, ids }) =>
      Item.findById(ids.item).populate({ path: 'notes', match: { words: 'second' }, options: { limit: 1 } }),
  ],
  ['countDocuments', ({ Item }) => Item.countDocuments({ flag: true })],
  ['countDocuments of nothing', ({ Item }) => Item.countDocuments({ flag: false })],
  ['estimatedDocumentCount', ({ Item }) => Item.estimatedDocumentCount()],
  ['distinct', ({ Item }) => Item.distinct('text')],
  ['distinct of objects', ({ Item }) => Item.distinct('parts')],
  ['distinct of large integers', ({ Item }) => Item.distinct('big')],
  ['exists', ({ Item }) => Item.exists({ text: 'item' })],
]

describe('a hit equals the miss, the plain query, and asks MongoDB nothing', () => {
  it.each(cases)('%s', async (_name, query) => {
    const plain = seen(await query(world))
    await world.cache.invalidate('all')
    const miss = seen(await query(world).cache())
    expect(world.reads()).not.toEqual([])
    const hit = seen(await query(world).cache())
    expect(world.reads()).toEqual([])
    expect(miss).toEqual(plain)
    expect(hit).toEqual(plain)
  })

  it('cachedAggregate', async () => {
    const pipeline: mongoose.PipelineStage[] = [
      { $match: { flag: true } },
      { $lookup: { from: 'notes', localField: '_id', foreignField: 'item', as: 'notes' } },
      { $sort: { _id: 1 } },
    ]
    const plain = await world.Item.aggregate(pipeline)
    const miss = await world.Item.cachedAggregate(pipeline)
    world.reads()
    const hit = await world.Item.cachedAggregate(pipeline)
    expect(world.reads()).toEqual([])
    expect(miss).toEqual(plain)
    expect(hit).toEqual(plain)
  })
})

describe('a hit', () => {
  it('is a document that save() updates', async () => {
    const { Item, ids } = world
    await Item.findById(ids.item).cache()
    const hit = await Item.findById(ids.item).orFail().cache()
    const before = await Item.countDocuments()
    hit.nested.deep.value = 8
    await hit.save()
    expect(await Item.countDocuments()).toBe(before)
    const saved = { nested: { deep: { value: 8 } } }
    expect(await Item.findById(ids.item).lean()).toMatchObject(saved)
    expect(await Item.findById(ids.item).lean().cache()).toMatchObject(saved)
  })

  it.each([true, false])('shares no state with another (lean: %s)', async (lean) => {
    const { Item, ids } = world
    const read = () =>
      Item.findById(ids.item).populate<{ owner: { name: string } }>('owner').orFail().lean(lean).cache()
    await read()
    const [first, second] = await Promise.all([read(), read()])
    first.mixed.list.push('more')
    first.owner.name = 'Changed'
    first.list.push('more')
    first.nested.deep.value = 99
    const plain = await Item.findById(ids.item).populate('owner').lean(lean)
    expect(seen(second)).toEqual(seen(plain))
    expect(seen(await read())).toEqual(seen(plain))
  })

  it('runs the hooks and orFail of its query', async () => {
    const { Item } = world
    await Item.findOne({ text: 'nothing' }).cache()
    await expect(Item.findOne({ text: 'nothing' }).orFail().cache().exec()).rejects.toThrow(
      /No document found/,
    )
  })

  it('is found by a clone of the query', async () => {
    const { Item } = world
    const query = Item.find({ number: 1.5 }).cache()
    await query.clone()
    world.reads()
    await query.clone()
    expect(world.reads()).toEqual([])
  })
})
