import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

import type { Change } from '../src/index.ts'
import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

/** What `images: 'read'` tells: values for every path, which are right as long as nobody else writes. */
let world: VideoWorld
beforeAll(async () => {
  world = await openVideoWorld({ plugin: { images: 'read' } })
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.Video.deleteMany({})
})

async function changesOf(write: () => unknown): Promise<Change[]> {
  world.changes.length = 0
  await write()
  return [...world.changes]
}

/** Runs `between` after the plugin's next read and before the write. */
function afterNextRead(between: () => Promise<unknown>): void {
  type Native = { find(...args: unknown[]): { toArray(): Promise<unknown[]> } }
  const native = (world.Video.collection as unknown as { _getCollection(): Native })._getCollection()
  const { find } = native
  native.find = (...args) => {
    native.find = find
    const toArray = async () => {
      const documents = await find.apply(native, args).toArray()
      await between()
      return documents
    }
    return { toArray }
  }
}

it('reads the new value where the call does not spell it out', async () => {
  const { _id } = await world.Video.create({ category: 'A' })
  const pipeline = [{ $set: { category: { $concat: ['$category', '!'] } } }]
  const [change] = await changesOf(() => world.Video.collection.updateOne({ _id }, pipeline))
  expect(change).toMatchObject({ before: { category: 'A' }, after: { category: 'A!' }, exactness: 'read' })
})

it('reads what an upsert inserted', async () => {
  const write = () => world.Video.updateOne({ slug: 's' }, { category: 'B' }, { upsert: true })
  expect(await changesOf(write)).toMatchObject([
    { op: 'insert', after: { category: 'B' }, exactness: 'read' },
  ])
})

it('reads what an upsert inserted that would otherwise have touched an ignored field', async () => {
  const write = () =>
    world.Video.updateOne({ slug: 's', category: 'B' }, { $inc: { views: 1 } }, { upsert: true })
  expect(await changesOf(write)).toMatchObject([
    { op: 'insert', after: { category: 'B' }, exactness: 'read' },
  ])
})

it('has the values of each of many documents', async () => {
  await world.Video.create([
    { title: 'x', category: 'A' },
    { title: 'x', category: 'B' },
  ])
  const changes = await changesOf(() => world.Video.updateMany({ title: 'x' }, { category: 'C' }))
  // `create` inserts side by side, so the order of the documents is open.
  const moves = changes.map(
    (change) => `${String(change.before?.category)} to ${String(change.after?.category)}`,
  )
  expect(moves.sort()).toEqual(['A to C', 'B to C'])
  expect(changes.map((change) => change.exactness)).toEqual(['read', 'read'])
})

it('has the values of each document that the filters of a bulk find', async () => {
  const [one, two] = await Promise.all([
    world.Video.create({ slug: 'a', category: 'A' }),
    world.Video.create({ slug: 'b', category: 'B' }),
  ])
  const changes = await changesOf(() =>
    world.Video.bulkWrite([
      { updateOne: { filter: { slug: 'a' }, update: { category: 'C' } } },
      { deleteOne: { filter: { slug: 'b' } } },
    ]),
  )
  expect(changes).toMatchObject([
    { op: 'update', id: one._id, before: { category: 'A' }, after: { category: 'C' }, exactness: 'read' },
    { op: 'delete', id: two._id, before: { category: 'B' }, exactness: 'read' },
  ])
})

it('says so when a document came between the read and the write', async () => {
  await world.Video.create({ category: 'A' })
  const plain = world.connection.db?.collection('videos')
  afterNextRead(() => plain?.insertOne({ title: 'late', category: 'A' }) ?? Promise.resolve())
  const changes = await changesOf(() => world.Video.updateMany({ category: 'A' }, { category: 'C' }))
  expect(changes).toMatchObject([
    { op: 'update', exactness: 'read' },
    { op: 'unknown', exactness: 'none' },
  ])
})

it('does not guess which of several documents updateOne took', async () => {
  await world.Video.create([
    { title: 'x', category: 'A' },
    { title: 'x', category: 'B' },
  ])
  const changes = await changesOf(() => world.Video.updateOne({ title: 'x' }, { category: 'C' }))
  expect(changes).toMatchObject([{ op: 'update', exactness: 'none' }])
})
