import type { Types } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { Change } from '../src/index.ts'
import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

let world: VideoWorld
beforeAll(async () => {
  world = await openVideoWorld({ plugin: { bulk: { maxIds: 3 } } })
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.Video.deleteMany({})
})

/** The changes that a write was told as. */
async function changesOf(write: () => unknown): Promise<Change[]> {
  world.changes.length = 0
  await write()
  return [...world.changes]
}

async function createVideo(fields: object = {}) {
  return world.Video.create({ title: 'one', category: 'A', ...fields })
}

/** Puts `before` in front of the next read that the plugin makes beside a write. */
function beforeNextRead(before: () => void): void {
  interceptNextFind((find) => {
    before()
    return find()
  })
}

/** Runs `between` after the plugin's next read and before the write. */
function afterNextRead(between: () => Promise<unknown>): void {
  interceptNextFind((find) => {
    const cursor = find() as { toArray(): Promise<unknown[]> }
    return {
      async toArray() {
        const documents = await cursor.toArray()
        await between()
        return documents
      },
    }
  })
}

function interceptNextFind(replacement: (find: () => unknown) => unknown): void {
  const native = nativeVideos()
  const { find } = native
  native.find = (...args: unknown[]) => {
    native.find = find
    return replacement(() => find.apply(native, args))
  }
}

/** The driver's collection that the plugin reads from. */
function nativeVideos(): { find: (...args: unknown[]) => unknown } {
  return (world.Video.collection as unknown as { _getCollection(): { find: () => unknown } })._getCollection()
}

describe('a change of one document', () => {
  it('carries the old and the new values when a watched field is touched', async () => {
    const video = await createVideo()
    const [change] = await changesOf(() => video.set({ category: 'B' }).save())
    expect(change).toEqual({
      op: 'update',
      id: video._id,
      touched: new Set(['category', 'updatedAt']),
      before: { category: 'A' },
      after: { category: 'B' },
      source: 'save',
      exactness: 'exact',
      db: world.connection.name,
      collection: 'videos',
      model: 'Video',
    })
  })

  it('takes the old value from the database, not from the loaded document', async () => {
    const video = await createVideo()
    await world.Video.collection.updateOne({ _id: video._id }, { $set: { category: 'elsewhere' } })
    const [change] = await changesOf(() => video.set({ category: 'B' }).save())
    expect(change).toMatchObject({ before: { category: 'elsewhere' }, after: { category: 'B' } })
  })

  it('reads nothing when no watched field is touched', async () => {
    const { _id } = await createVideo()
    let reads = 0
    beforeNextRead(() => reads++)
    const [change] = await changesOf(() => world.Video.updateOne({ _id }, { title: 'new' }))
    await world.Video.find()
    expect(change).toMatchObject({ id: _id, exactness: 'exact', touched: new Set(['title', 'updatedAt']) })
    expect(change).not.toHaveProperty('before')
    expect(reads).toBe(1)
  })

  it('has no values where the call does not spell the new one out', async () => {
    const { _id } = await createVideo()
    const pipeline = [{ $set: { category: { $concat: ['$category', '!'] } } }]
    const [change] = await changesOf(() => world.Video.collection.updateOne({ _id }, pipeline))
    expect(change).toMatchObject({ id: _id, source: 'raw', exactness: 'none' })
    expect(change).not.toHaveProperty('before')
    expect(change).not.toHaveProperty('after')
  })

  it('has a new value that was computed where findOneAndUpdate returned it', async () => {
    const { _id } = await createVideo()
    const pipeline = [{ $set: { category: { $concat: ['$category', '!'] } } }]
    const write = () =>
      world.Video.collection.findOneAndUpdate({ _id }, pipeline, { returnDocument: 'after' })
    const [change] = await changesOf(write)
    expect(change).toMatchObject({ before: { category: 'A' }, after: { category: 'A!' }, exactness: 'exact' })
  })

  it('names the document that a filter found, and writes to that one', async () => {
    await createVideo()
    await createVideo()
    const [change] = await changesOf(() => world.Video.updateOne({ title: 'one' }, { title: 'two' }))
    expect(await world.Video.find({ title: 'two' }, { _id: 1 }).lean()).toEqual([{ _id: change?.id }])
    expect(change).toMatchObject({ exactness: 'exact' })
  })

  it('has the exact image that findOneAndUpdate returned', async () => {
    const { _id } = await createVideo()
    const [change] = await changesOf(() => world.Video.findOneAndUpdate({ title: 'one' }, { category: 'B' }))
    expect(change).toMatchObject({
      id: _id,
      before: { category: 'A' },
      after: { category: 'B' },
      exactness: 'exact',
    })
  })

  it('names the inserted document of an upsert', async () => {
    const write = () => world.Video.updateOne({ slug: 's' }, { category: 'B' }, { upsert: true })
    const [change] = await changesOf(write)
    const stored = await world.Video.findOne({ slug: 's' }).orFail()
    expect(change).toMatchObject({ op: 'insert', id: stored._id, touched: 'all', exactness: 'none' })
    expect(change).not.toHaveProperty('after')
  })

  it('knows an unset field and a deleted document', async () => {
    const video = await createVideo()
    const [unset] = await changesOf(() =>
      world.Video.updateOne({ _id: video._id }, { $unset: { category: 1 } }),
    )
    expect(unset).toMatchObject({ before: { category: 'A' }, after: { category: undefined } })
    const [removed] = await changesOf(() => video.deleteOne())
    expect(removed).toMatchObject({ op: 'delete', id: video._id, before: { category: undefined } })
    expect(removed).not.toHaveProperty('after')
  })
})

describe('a write that changes nothing', () => {
  it.each<[string, (id: Types.ObjectId) => unknown]>([
    ['an ignored field', (id) => world.Video.updateOne({ _id: id }, { $inc: { views: 1 } })],
    [
      'what is stored already',
      (id) => world.Video.collection.updateOne({ _id: id }, { $set: { title: 'one' } }),
    ],
    ['no document', () => world.Video.updateMany({ title: 'none' }, { category: 'B' })],
    ['a document that is not there', () => world.Video.findOneAndDelete({ title: 'none' })],
    ['nothing, by save()', async (id) => (await world.Video.findById(id).orFail()).save()],
  ])('is not told: %s', async (_name, write) => {
    const { _id } = await createVideo()
    expect(await changesOf(() => write(_id))).toEqual([])
  })
})

describe('a change of many documents', () => {
  it('is one change for each document, exact as long as no watched field is touched', async () => {
    const [one, two] = await Promise.all([createVideo(), createVideo()])
    const changes = await changesOf(() => world.Video.updateMany({ category: 'A' }, { title: 'x' }))
    expect(changes.map(({ id, exactness }) => `${String(id)} ${exactness}`).sort()).toEqual(
      [one, two].map(({ _id }) => `${String(_id)} exact`).sort(),
    )
  })

  it('carries no values when a watched field is touched', async () => {
    await Promise.all([createVideo(), createVideo()])
    const changes = await changesOf(() => world.Video.updateMany({ category: 'A' }, { category: 'C' }))
    expect(changes).toMatchObject([{ exactness: 'none' }, { exactness: 'none' }])
    for (const change of changes) expect(change).not.toHaveProperty('before')
  })

  it('leaves out a document that came between the read and the write, as does the write', async () => {
    await Promise.all([createVideo(), createVideo()])
    const plain = world.connection.db?.collection('videos')
    afterNextRead(() => plain?.insertOne({ title: 'late', category: 'A' }) ?? Promise.resolve())
    const changes = await changesOf(() => world.Video.updateMany({ category: 'A' }, { title: 'x' }))
    expect(changes).toHaveLength(2)
    expect(await world.Video.countDocuments({ title: 'late' })).toBe(1)
  })

  it('is one change without an id above the limit', async () => {
    await world.Video.insertMany(['1', '2', '3', '4'].map((title) => ({ title, category: 'A' })))
    const changes = await changesOf(() => world.Video.updateMany({ category: 'A' }, { category: 'C' }))
    expect(changes).toMatchObject([
      { op: 'update', touched: new Set(['category', 'updatedAt']), exactness: 'none' },
    ])
    expect(changes[0]).not.toHaveProperty('id')
  })

  it('is unknown above the limit when the operations are mixed', async () => {
    const operations = ['1', '2', '3'].map((title) => ({ insertOne: { document: { title } } }))
    const removal = { deleteMany: { filter: { title: 'none' } } }
    const { _id } = await createVideo()
    const update = { updateOne: { filter: { _id }, update: { $set: { title: 'new' } } } }
    const changes = await changesOf(() => world.Video.bulkWrite([...operations, update, removal]))
    expect(changes).toMatchObject([{ op: 'unknown', touched: 'all', exactness: 'none', source: 'bulk' }])
  })

  it('names no document where the filters of a bulk do not', async () => {
    await createVideo({ slug: 'a' })
    const changes = await changesOf(() =>
      world.Video.bulkWrite([
        { updateOne: { filter: { slug: 'a' }, update: { category: 'C' } } },
        { deleteOne: { filter: { slug: 'b' } } },
      ]),
    )
    expect(changes).toMatchObject([{ op: 'update', exactness: 'none' }])
    expect(changes[0]).not.toHaveProperty('id')
  })

  it('names every document of a bulk whose filters do', async () => {
    const [one, two] = await Promise.all([createVideo(), createVideo()])
    const changes = await changesOf(() =>
      world.Video.bulkWrite([
        { updateOne: { filter: { _id: one._id }, update: { title: 'x' } } },
        { updateOne: { filter: { _id: two._id }, update: { category: 'C' } } },
      ]),
    )
    expect(changes).toMatchObject([
      { id: one._id, exactness: 'exact' },
      { id: two._id, exactness: 'none' },
    ])
  })
})

describe('a read beside the write that fails', () => {
  it('lets the write go on and says that nothing is known', async () => {
    const { _id } = await createVideo()
    beforeNextRead(() => {
      throw new Error('no reads today')
    })
    const changes = await changesOf(() => world.Video.updateOne({ title: 'one' }, { category: 'B' }))
    expect(changes).toMatchObject([{ op: 'update', exactness: 'none' }])
    expect(changes[0]).not.toHaveProperty('id')
    expect(await world.Video.findById(_id)).toMatchObject({ category: 'B' })
  })

  it('keeps the id that the filter names', async () => {
    const { _id } = await createVideo()
    beforeNextRead(() => {
      throw new Error('no reads today')
    })
    const changes = await changesOf(() => world.Video.updateOne({ _id }, { category: 'B' }))
    expect(changes).toMatchObject([{ id: _id, exactness: 'none' }])
  })
})

it('leaves cached what the change does not concern', async () => {
  const video = await createVideo()
  await world.Video.create({ title: 'other', category: 'C' })
  const read = () => Promise.all(['A', 'B', 'C'].map((category) => world.list(category)))
  await read()
  const { misses } = world.cache.stats()
  await video.set({ category: 'B' }).save()
  expect(await read()).toEqual([[], ['one []'], ['other []']])
  expect(world.cache.stats().misses - misses).toBe(2)
})
