import { createCache } from '@vidnest/cache-core'
import mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { cachePlugin, type CacheQueryHelpers, type QueryExplanation } from '../../src/index.ts'
import { connectRedis, mongoUri, uniqueName } from '../support/servers.ts'
import { openQueryWorld, type QueryWorld } from '../support/query-world.ts'

let world: QueryWorld
beforeAll(async () => {
  world = await openQueryWorld()
})
afterAll(() => world.close())

interface Query {
  cache(): { explainCache(): Promise<QueryExplanation> }
}

const id = new mongoose.Types.ObjectId()
const mixed = (value: unknown) => (world: QueryWorld) => world.Item.find({ mixed: value } as never)

const different: readonly (readonly [string, ((world: QueryWorld) => Query)[]])[] = [
  [
    'the order of a sort',
    [
      ({ Item }) => Item.find().sort({ text: 1, number: 1 }),
      ({ Item }) => Item.find().sort({ number: 1, text: 1 }),
    ],
  ],
  ['an id and its text', [mixed(id), mixed(String(id))]],
  ['a pattern, its flags and its text', [mixed(/a/), mixed(/a/i), mixed('/a/')]],
  ['numbers that JSON confuses', [mixed(NaN), mixed(Infinity), mixed(null), mixed(0), mixed(-0), mixed('0')]],
  ['the order of an embedded document', [mixed({ a: 1, b: 2 }), mixed({ b: 2, a: 1 })]],
  ['a date and its number', [mixed(new Date(0)), mixed(0)]],
  ['collations', [({ Item }) => Item.find(), ({ Item }) => Item.find().collation({ locale: 'en' })]],
  [
    'pages',
    [
      ({ Item }) => Item.find().limit(1),
      ({ Item }) => Item.find().limit(2),
      ({ Item }) => Item.find().skip(1),
    ],
  ],
  ['projections', [({ Item }) => Item.find(), ({ Item }) => Item.find().select('text')]],
  ['models of one collection', [({ Item }) => Item.find(), ({ Film }) => Film.find()]],
  ['collections', [({ Item }) => Item.find(), ({ User }) => User.find()]],
  ['methods', [({ Item }) => Item.find(), ({ Item }) => Item.findOne(), ({ Item }) => Item.countDocuments()]],
]

describe('queries have another key for', () => {
  it.each(different)('%s', async (_name, queries) => {
    const keys = await Promise.all(
      queries.map(async (query) => (await query(world).cache().explainCache()).key),
    )
    expect(keys).not.toContain(undefined)
    expect(new Set(keys).size).toBe(queries.length)
  })
})

describe('queries share a key', () => {
  it('whatever does not change the result', async () => {
    const { Item } = world
    const plain = await Item.find({ text: 'a' }).cache().explainCache()
    const other = await Item.find({ text: 'a' })
      .lean()
      .comment('why')
      .maxTimeMS(900)
      .batchSize(5)
      .cache()
      .explainCache()
    expect(other.key).toBe(plain.key)
  })
})

describe('a filter that a hook adds', () => {
  it.each(['before', 'after'])('is part of the key, when it was added %s the plugin', async (order) => {
    const redis = await connectRedis()
    const cache = createCache({ redis, namespace: uniqueName(), redisTimeout: '5s' })
    let tenant = 'A'
    const schema = new mongoose.Schema<{ tenant: string }>({ tenant: String })
    const addHook = () =>
      schema.pre('find', function () {
        void this.where({ tenant })
      })
    if (order === 'before') addHook()
    schema.plugin(cachePlugin, { cache })
    if (order === 'after') addHook()
    const connection = mongoose.createConnection()
    const Post = connection.model<{ tenant: string }, mongoose.Model<{ tenant: string }, CacheQueryHelpers>>(
      'Post',
      schema as never,
    )
    await connection.openUri(mongoUri(), { dbName: uniqueName() })
    await Post.create([{ tenant: 'A' }, { tenant: 'B' }])
    const tenants = async () => (await Post.find().cache()).map((post) => post.tenant)
    expect(await tenants()).toEqual(['A'])
    tenant = 'B'
    expect(await tenants()).toEqual(['B'])
    expect(await tenants()).toEqual(['B'])
    await connection.dropDatabase()
    await connection.close()
    await cache.close()
    redis.disconnect()
  })
})
