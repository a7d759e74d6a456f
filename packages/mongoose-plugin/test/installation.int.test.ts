import mongoose from 'mongoose'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { cachePlugin, type Change } from '../src/index.ts'
import { mongoUri, uniqueName } from './support/servers.ts'

let instance: mongoose.Mongoose
let changes: Change[]
let options: Parameters<typeof cachePlugin>[1]
const connections: mongoose.Connection[] = []

beforeEach(() => {
  instance = new mongoose.Mongoose()
  changes = []
  const cache = { invalidate: () => Promise.resolve() } as never
  options = { cache: () => cache, watch: ['kind'], invalidate: (change) => (changes.push(change), []) }
})

afterEach(async () => {
  for (const connection of connections.splice(0)) {
    await connection.dropDatabase()
    await connection.close()
  }
})

function connect(): mongoose.Connection {
  const connection = instance.createConnection(mongoUri(), { dbName: uniqueName() })
  connections.push(connection)
  return connection
}

function pluggedSchema(): mongoose.Schema {
  const schema = new instance.Schema({ title: String, kind: String })
  schema.plugin(cachePlugin, options)
  return schema
}

/** The sources of the changes since the last call. */
function sources(): string[] {
  return changes
    .splice(0)
    .map((change) => `${change.source}${change.model === undefined ? '' : ` of ${change.model}`}`)
}

it('a write that waits for the connection is told once, as what it is', async () => {
  const connection = instance.createConnection()
  connections.push(connection)
  const Video = connection.model('Video', pluggedSchema())
  const writes = Promise.all([
    Video.create({ title: 'a' }),
    Video.insertMany([{ title: 'b' }]),
    Video.updateOne({ title: 'c' }, { title: 'd' }, { upsert: true }),
    Video.collection.insertOne({ title: 'e' }),
  ])
  await connection.openUri(mongoUri(), { dbName: uniqueName() })
  await writes
  expect(sources().toSorted()).toEqual(['bulk of Video', 'query of Video', 'raw', 'save of Video'])
})

it('a schema that is used on two connections is seen once on each', async () => {
  const schema = pluggedSchema()
  const [One, Two] = [connect().model('Video', schema), connect().model('Video', schema)]
  await One.create({ title: 'a' })
  await Two.create({ title: 'b' })
  expect(changes.map((change) => change.db)).toEqual([One.db.name, Two.db.name])
})

it('useDb brings another collection that is seen too', async () => {
  const connection = await connect().asPromise()
  const schema = pluggedSchema()
  connection.model('Video', schema)
  const other = connection.useDb(uniqueName())
  await other.model('Video', schema).updateOne({ title: 'a' }, { title: 'b' }, { upsert: true })
  expect(changes.map((change) => change.db)).toEqual([other.name])
  await other.dropDatabase()
})

it('useConnection brings another collection that is seen too', async () => {
  const Video = connect().model('Video', pluggedSchema())
  const other = connect()
  Video.useConnection(other)
  await Video.create({ title: 'a' })
  await Video.updateOne({ title: 'a' }, { title: 'b' })
  expect(changes.map((change) => change.db)).toEqual([other.name, other.name])
  expect(sources()).toEqual(['save of Video', 'query of Video'])
})

it('discriminators are seen through the base and through themselves', async () => {
  const Base = connect().model('Media', pluggedSchema())
  const Clip = Base.discriminator('Clip', new instance.Schema({ length: Number }))
  await Clip.create({ title: 'a', length: 1 })
  await Clip.updateOne({ title: 'a' }, { title: 'b' })
  await Base.updateOne({ title: 'b' }, { title: 'c' })
  expect(sources()).toEqual(['save of Clip', 'query of Clip', 'query of Media'])
})

it('a plugin on a discriminator alone sees what the base does to its documents', async () => {
  const Base = connect().model('Media', new instance.Schema({ title: String }))
  const Clip = Base.discriminator('Clip', pluggedSchema())
  await Clip.create({ title: 'a' })
  await Base.updateOne({ title: 'a' }, { title: 'b' })
  expect(changes).toHaveLength(2)
})

it('a global plugin is told once of documents with subdocuments and discriminators', async () => {
  instance.plugin(cachePlugin, options)
  const child = new instance.Schema({ name: String })
  const Base = connect().model('Media', new instance.Schema({ title: String, children: [child] }))
  const Clip = Base.discriminator('Clip', new instance.Schema({ length: Number }))
  await Clip.create({ title: 'a', children: [{ name: 'x' }], length: 1 })
  expect(sources()).toEqual(['save of Clip'])
})

it('two schemas on one collection are both told', async () => {
  const connection = connect()
  const told: string[] = []
  const models = ['One', 'Two'].map((name) => {
    const schema = new instance.Schema({ title: String })
    schema.plugin(cachePlugin, { ...options, invalidate: () => (told.push(name), []) })
    return connection.model(name, schema, 'shared')
  })
  await models[0]?.create({ title: 'a' })
  expect(told).toEqual(['One', 'Two'])
})

it('a collection without the plugin stays as it is', async () => {
  const Plain = connect().model('Plain', new instance.Schema({ title: String }))
  expect(Object.hasOwn(Plain.collection, 'insertOne')).toBe(false)
})
