import mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'

import type { Change } from '../src/index.ts'
import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

/** What `images: 'transaction'` proves beyond a guard. */
let world: VideoWorld
beforeAll(async () => {
  world = await openVideoWorld({ plugin: { images: 'transaction', bulk: { maxIds: 3 } } })
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

function movesOf(changes: readonly Change[]): string[] {
  return changes
    .map(
      ({ op, before, after, exactness }) =>
        `${op} ${String(before?.category)} to ${String(after?.category)} ${exactness}`,
    )
    .sort()
}

it('many documents at once', async () => {
  await Promise.all(['A', 'B'].map((category) => world.Video.create({ title: 'x', category })))
  const moved = await changesOf(() => world.Video.updateMany({ title: 'x' }, { category: 'C' }))
  expect(movesOf(moved)).toEqual(['update A to C exact', 'update B to C exact'])
  const removed = await changesOf(() => world.Video.deleteMany({ category: 'C' }))
  expect(movesOf(removed)).toEqual(['delete C to undefined exact', 'delete C to undefined exact'])
})

it('a bulk whose operations each name another document, and bulkSave', async () => {
  const [one, two] = await Promise.all(['A', 'B'].map((category) => world.Video.create({ category })))
  const written = await changesOf(() =>
    world.Video.bulkWrite([
      { updateOne: { filter: { _id: one?._id }, update: { category: 'C' } } },
      { deleteOne: { filter: { _id: two?._id } } },
      { insertOne: { document: { category: 'D' } } },
    ]),
  )
  expect(movesOf(written)).toEqual([
    'delete B to undefined exact',
    'insert undefined to D exact',
    'update A to C exact',
  ])
  const saved = await world.Video.findById(one?._id).orFail()
  const changes = await changesOf(() =>
    world.Video.bulkSave([saved.set({ category: 'E' }), new world.Video({ category: 'F' })]),
  )
  expect(movesOf(changes)).toEqual(['insert undefined to F exact', 'update C to E exact'])
})

it('a new value that the server computes', async () => {
  const { _id } = await world.Video.create({ category: 'A' })
  const pipeline = [{ $set: { category: { $concat: ['$category', '!'] } } }]
  const changes = await changesOf(() => world.Video.collection.updateOne({ _id }, pipeline))
  expect(movesOf(changes)).toEqual(['update A to A! exact'])
})

it('an upsert, whether it inserts or not, even if it names the id and touches nothing that is watched', async () => {
  const _id = new mongoose.Types.ObjectId()
  const upsert = (update: object) => () => world.Video.updateOne({ _id }, update, { upsert: true })
  const inserted = await changesOf(upsert({ $set: { title: 'x' }, $setOnInsert: { category: 'A' } }))
  expect(movesOf(inserted)).toEqual(['insert undefined to A exact'])
  expect(movesOf(await changesOf(upsert({ category: 'B' })))).toEqual(['update A to B exact'])
})

it('not a bulk whose operations may find what another has changed', async () => {
  await world.Video.create({ category: 'A' })
  const changes = await changesOf(() =>
    world.Video.bulkWrite([
      { updateMany: { filter: { category: 'A' }, update: { category: 'B' } } },
      { updateMany: { filter: { category: 'B' }, update: { category: 'C' } } },
    ]),
  )
  expect(movesOf(changes)).toEqual([
    'update undefined to undefined none',
    'update undefined to undefined none',
  ])
})

it('not more documents than the limit', async () => {
  await world.Video.insertMany(['1', '2', '3', '4'].map((title) => ({ title, category: 'A' })))
  const changes = await changesOf(() => world.Video.updateMany({ category: 'A' }, { category: 'B' }))
  expect(movesOf(changes)).toEqual(['update undefined to undefined none'])
})

it('leaves done what a failing bulk had done, as without the plugin', async () => {
  const { _id } = await world.Video.create({ slug: 'taken', category: 'A' })
  const failing = world.Video.bulkWrite([
    { updateOne: { filter: { _id }, update: { category: 'B' } } },
    { insertOne: { document: { slug: 'taken' } } },
  ])
  await expect(failing).rejects.toMatchObject({ code: 11000, result: { modifiedCount: 1 } })
  expect(await world.Video.findById(_id)).toMatchObject({ category: 'B' })
})
