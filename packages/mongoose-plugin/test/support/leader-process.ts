import { createCache, type InvalidateTarget } from '@vidnest/cache-core'
import { Redis } from 'ioredis'
import mongoose from 'mongoose'

import { attachConnection, cachePlugin, type Change } from '../../src/index.ts'

/** Leads the change stream until it is killed; it says each document that it invalidated. */
const [mongo = '', database = '', redisUrl = '', namespace = ''] = process.argv.slice(2)
const redis = new Redis(redisUrl)
await redis.ping()
const cache = createCache({ redis, namespace, redisTimeout: '5s' })
const schema = new mongoose.Schema({ title: String, category: String })
const invalidate = ({ id }: Change): InvalidateTarget[] => {
  process.stdout.write(`told ${String(id)}\n`)
  return [id === undefined ? { tag: 'videos' } : { key: `video:${String(id)}` }]
}
schema.plugin(cachePlugin, { cache, watch: ['category'], invalidate })
mongoose.model('Video', schema)
await mongoose.connect(mongo, { dbName: database })
await attachConnection(mongoose.connection, { cache, changeStream: { redis, lease: '900ms' } })
process.stdout.write('leads\n')
