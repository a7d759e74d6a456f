import mongoose from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Change } from '../../src/index.ts'
import { mongoUri } from '../support/servers.ts'
import { openStreamWorld, type StreamWorld } from '../support/stream-world.ts'

let world: StreamWorld
beforeEach(async () => {
  world = await openStreamWorld()
})
afterEach(() => world.close())

const hash = () => `${world.cache.namespace}:~stream:${world.connection.name}:default`
const position = () => world.redis.hget(hash(), 'position')

/** The first change of the stream that fits. */
function streamed(matches: (change: Change) => boolean): Promise<Change> {
  return vi.waitFor(
    () => {
      const found = world.changes.find((change) => change.source === 'stream' && matches(change))
      if (found === undefined) throw new Error('not yet')
      return found
    },
    { timeout: 20_000, interval: 20 },
  )
}

describe('a write of another program', () => {
  it('is seen: update, delete, and a document that was missing', async () => {
    const { _id } = await world.Video.create({ title: 'old', category: 'A' })
    const missing = new mongoose.mongo.ObjectId()
    await world.attach()
    expect(await world.video(_id)).toContain('old')
    expect(await world.video(missing)).toBeNull()
    await world.foreign.collection('videos').updateOne({ _id }, { $set: { title: 'new' } })
    await world.settles(_id, 'new')
    await world.foreign.collection('videos').insertOne({ _id: missing, title: 'there', category: 'A' })
    await world.settles(missing, 'there')
    await world.foreign.collection('videos').deleteOne({ _id })
    await world.settles(_id, null)
  })

  it('is told with the names that it wrote, and with the id', async () => {
    const { _id } = await world.Video.create({ title: 'old', chapters: [{ name: 'a', seconds: 1 }] })
    await world.attach()
    const update = { $set: { 'chapters.0.name': 'b' }, $unset: { title: '' } }
    await world.foreign.collection('videos').updateOne({ _id }, update)
    const change = await streamed(({ op }) => op === 'update')
    expect(change).toMatchObject({
      id: _id,
      exactness: 'exact',
      collection: 'videos',
      db: world.connection.name,
    })
    expect(change.touched).toEqual(new Set(['chapters', 'title']))
  })

  it('says that it does not know the values of watched fields where no images are kept', async () => {
    const { _id } = await world.Video.create({ category: 'A' })
    await world.attach()
    await world.foreign.collection('videos').updateOne({ _id }, { $set: { category: 'B' } })
    const change = await streamed(({ op }) => op === 'update')
    expect(change).toMatchObject({ id: _id, exactness: 'none' })
    expect(change).not.toHaveProperty('before')
  })

  it('has the old and the new values where images are kept', async () => {
    await world.foreign.command({ collMod: 'videos', changeStreamPreAndPostImages: { enabled: true } })
    const { _id } = await world.Video.create({ title: 'x' })
    await world.attach()
    await world.foreign.collection('videos').updateOne({ _id }, { $set: { category: 'B' } })
    expect(await streamed(({ op }) => op === 'update')).toMatchObject({
      before: { category: undefined },
      after: { category: 'B' },
      exactness: 'exact',
    })
    await world.foreign.collection('videos').deleteOne({ _id })
    expect(await streamed(({ op }) => op === 'delete')).toMatchObject({ before: { category: 'B' } })
  })

  it('is no change when it touches ignored fields alone', async () => {
    const { _id } = await world.Video.create({ title: 'x' })
    await world.attach()
    await world.foreign.collection('videos').updateOne({ _id }, { $inc: { views: 1 } })
    await world.foreign.collection('videos').updateOne({ _id }, { $set: { title: 'y' } })
    await streamed(({ op }) => op === 'update')
    expect(world.changes.filter(({ source, op }) => source === 'stream' && op === 'update')).toHaveLength(1)
  })

  it('is seen only after its transaction was committed', async () => {
    const { _id } = await world.Video.create({ title: 'old' })
    await world.attach()
    expect(await world.video(_id)).toContain('old')
    await world.foreign.client.withSession((session) =>
      session.withTransaction(() =>
        world.foreign.collection('videos').updateOne({ _id }, { $set: { title: 'new' } }, { session }),
      ),
    )
    await world.settles(_id, 'new')
  })

  it.each([
    ['$out', { $out: 'videos' }],
    ['$merge', { $merge: 'videos' }],
  ])('is seen when it is an aggregation with %s', async (_name, stage) => {
    const { _id } = await world.Video.create({ title: 'old' })
    await world.foreign.collection<{ _id: unknown }>('source').insertOne({ _id, title: 'new' } as never)
    await world.attach()
    expect(await world.video(_id)).toContain('old')
    await world.foreign.collection('source').aggregate([stage]).toArray()
    await world.settles(_id, 'new')
  })

  it('is seen when it is as large as a document may be, on both sides', async () => {
    await world.foreign.command({ collMod: 'videos', changeStreamPreAndPostImages: { enabled: true } })
    const filler = 'x'.repeat(9_000_000)
    const { _id } = await world.Video.create({ title: 'old' })
    await world.foreign.collection('videos').updateOne({ _id }, { $set: { filler } })
    await world.attach()
    expect(await world.video(_id)).toContain('old')
    await world.foreign.collection('videos').replaceOne({ _id }, { title: 'new', filler })
    await world.settles(_id, 'new')
    expect(world.gaps).toEqual(['no-position'])
  })

  it('is one change when there are more documents than the plugin tells one by one', async () => {
    await world.attach()
    const documents = Array.from({ length: 5000 }, (_, index) => ({ title: String(index) }))
    await world.foreign.collection('videos').insertMany(documents)
    const last = await world.foreign.collection('videos').insertOne({ title: 'last' })
    const told = ({ id }: Change) => id === undefined || String(id) === String(last.insertedId)
    expect(await streamed(told)).toMatchObject({ source: 'stream' })
    expect(world.changes.length).toBeLessThan(5000)
  })
})

describe('what happened while nobody followed', () => {
  it('is made up for from the position in Redis', async () => {
    const { _id } = await world.Video.create({ title: 'old' })
    await (await world.attach()).close()
    expect(world.gaps).toEqual(['no-position'])
    expect(await world.video(_id)).toContain('old')
    await world.foreign.collection('videos').updateOne({ _id }, { $set: { title: 'new' } })
    await world.attach()
    await world.settles(_id, 'new')
    expect(world.gaps).toEqual(['no-position'])
  })

  it('voids everything when Redis has lost the position', async () => {
    const { _id } = await world.Video.create({ title: 'old' })
    await (await world.attach()).close()
    await world.video(_id)
    await world.foreign.collection('videos').updateOne({ _id }, { $set: { title: 'new' } })
    await world.redis.del(hash())
    await world.attach()
    expect(await world.video(_id)).toContain('new')
    expect(world.gaps).toEqual(['no-position', 'no-position'])
  })
})

it('voids everything when the database is dropped, and follows the next one of its name', async () => {
  const { _id } = await world.Video.create({ title: 'old' })
  await world.attach()
  expect(await world.video(_id)).toContain('old')
  await world.foreign.dropDatabase()
  await world.settles(_id, null)
  await vi.waitFor(() => {
    expect(world.gaps).toEqual(['no-position', 'database-dropped'])
  })
  await world.foreign.collection('videos').insertOne({ _id: _id as never, title: 'again' })
  await world.settles(_id, 'again')
})

it('moves its position on while nothing of its own happens', async () => {
  await world.attach()
  const first = await position()
  await world.foreign.collection('elsewhere').insertOne({})
  await vi.waitFor(async () => expect(await position()).not.toBe(first), { timeout: 20_000, interval: 50 })
})

it('leads once, however many are attached, and hands over when it is closed', async () => {
  const { _id } = await world.Video.create({ title: 'old' })
  const first = await world.attach()
  await world.attach()
  await first.close()
  await world.video(_id)
  await world.foreign.collection('videos').updateOne({ _id }, { $set: { title: 'new' } })
  await world.settles(_id, 'new')
  const updates = world.changes.filter(({ source, op }) => source === 'stream' && op === 'update')
  expect(updates).toHaveLength(1)
  expect(world.gaps).toEqual(['no-position'])
})

it('ends with its connection, and gives the lead up', async () => {
  await world.attach()
  await world.connection.close()
  await vi.waitFor(async () => {
    const until = Number(await world.redis.hget(hash(), 'until'))
    expect(until).toBeLessThanOrEqual(await redisNow())
  })
  await world.connection.openUri(mongoUri(), { dbName: world.foreign.databaseName })
  expect(world.errors).toEqual([])
})

async function redisNow(): Promise<number> {
  const [seconds, microseconds] = await world.redis.time()
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
}
