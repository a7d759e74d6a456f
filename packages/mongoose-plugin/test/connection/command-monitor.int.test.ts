import { createCache } from '@vidnest/cache-core'
import type { Redis } from 'ioredis'
import mongoose from 'mongoose'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { attachConnection, cachePlugin, mongoCounterSink } from '../../src/index.ts'
import { connectRedis, mongoUri, uniqueName } from '../support/servers.ts'

let redis: Redis
let warnings: string[]
const closing: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  redis = await connectRedis()
  warnings = []
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)))
})
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  redis.disconnect()
  vi.restoreAllMocks()
})

async function open(options: mongoose.ConnectOptions, images: 'guarded' | 'transaction' = 'guarded') {
  const cache = createCache({ redis, namespace: uniqueName(), redisTimeout: '5s' })
  const instance = new mongoose.Mongoose()
  const schema = new instance.Schema({ title: String, owner: String, views: Number })
  schema.plugin(cachePlugin, { cache, watch: ['owner'], images, invalidate: () => [{ tag: 'videos' }] })
  const dbName = uniqueName()
  const connection = await instance.createConnection(mongoUri(), { dbName, ...options }).asPromise()
  const Video = connection.model('Video', schema, 'videos')
  await Video.createCollection()
  closing.push(async () => {
    await connection.dropDatabase()
    await connection.close()
    await cache.close()
  })
  const attachment = await attachConnection(connection, { cache, monitor: 'warn' })
  return {
    connection,
    Video,
    attachment,
    raw: connection.getClient().db(dbName).collection('videos'),
    dbName,
  }
}

it('warns once of each kind of write that is sent past the plugin', async () => {
  const { raw, dbName, connection } = await open({ monitorCommands: true })
  await raw.insertOne({ title: 'a' })
  await raw.insertOne({ title: 'b' })
  await raw.updateOne({ title: 'a' }, { $set: { title: 'c' } })
  await raw.findOneAndDelete({ title: 'b' })
  await connection.db
    ?.collection('source')
    .aggregate([{ $match: {} }, { $merge: 'videos' }])
    .toArray()
  expect(warnings).toEqual(
    ['insert', 'update', 'findAndModify', 'aggregate'].map(
      (kind) => `a write passed the cache plugin by: ${kind} on ${dbName}.videos`,
    ),
  )
})

it.each(['guarded', 'transaction'] as const)(
  'is silent about what the plugin sees, with %s images',
  async (images) => {
    const { Video } = await open({ monitorCommands: true }, images)
    const video = await Video.create({ title: 'a', owner: 'A' })
    await video.set({ title: 'b' }).save()
    await Video.updateMany({ title: 'b' }, { owner: 'B' })
    await Video.insertMany([{ title: 'c' }])
    await Video.bulkWrite([{ updateOne: { filter: { title: 'c' }, update: { owner: 'C' } } }])
    await Video.findOneAndUpdate({ title: 'c' }, { owner: 'D' })
    await Video.collection.updateOne({ title: 'c' }, { $set: { title: 'd' } })
    await Video.collection.initializeOrderedBulkOp().insert({ title: 'e' }).execute()
    await mongoCounterSink(Video, 'views').apply({
      shard: '0',
      id: 1,
      deltas: [{ key: 'views', params: { id: String(video._id) }, delta: 1 }],
    })
    await Video.deleteMany({})
    expect(warnings).toEqual([])
  },
)

it('is silent about collections without the plugin, about reads, and after it was closed', async () => {
  const { raw, connection, attachment } = await open({ monitorCommands: true })
  await connection.db?.collection('others').insertOne({ title: 'a' })
  await raw.find({}).toArray()
  await raw.aggregate([{ $match: {} }]).toArray()
  await attachment.close()
  await raw.insertOne({ title: 'a' })
  expect(warnings).toEqual([])
})

it('says so when the client does not tell of its commands', async () => {
  const { raw } = await open({})
  await raw.insertOne({ title: 'a' })
  expect(warnings).toEqual(["monitor: 'warn' sees nothing: connect with monitorCommands: true"])
})
