import { createCache } from '@vidnest/cache-core'
import { startMongo } from '@vidnest/services'
import mongoose from 'mongoose'
import { expect, it, vi } from 'vitest'

import { attachConnection, cachePlugin, type StreamGap } from '../../src/index.ts'
import { connectRedis, uniqueName } from '../support/servers.ts'

it(
  'voids everything when the database no longer has what came after the position',
  { timeout: 120_000 },
  async () => {
    const mongo = await startMongo({ args: ['--syncdelay', '1'] })
    const redis = await connectRedis()
    const cache = createCache({ redis, namespace: uniqueName(), redisTimeout: '5s' })
    const instance = new mongoose.Mongoose()
    const schema = new instance.Schema({ title: String })
    schema.plugin(cachePlugin, { cache, invalidate: () => [] })
    const connection = await instance.createConnection(mongo.uri, { dbName: 'videos' }).asPromise()
    const Video = connection.model('Video', schema)
    const title = cache.define({
      key: 'title',
      load: async () => (await Video.findOne().orFail()).title ?? '',
      policy: { ttl: '10m' },
    })
    const gaps: StreamGap[] = []
    const attach = () =>
      attachConnection(connection, {
        cache,
        changeStream: { redis, lease: '900ms', onGap: (gap) => gaps.push(gap) },
      })
    try {
      const { _id } = await Video.create({ title: 'old' })
      await (await attach()).close()
      expect(await title.getOrSet({})).toBe('old')
      await connection.db?.collection('videos').updateOne({ _id }, { $set: { title: 'new' } })
      await fillOplog(connection)
      const attachment = await attach()
      await vi.waitFor(() => expect(gaps).toEqual(['no-position', 'history-lost']), { timeout: 20_000 })
      expect(await title.getOrSet({})).toBe('new')
      await attachment.close()
    } finally {
      await connection.close()
      await cache.close()
      redis.disconnect()
      await mongo.stop()
    }
  },
)

/** Writes until the oldest entry of the history is one that was written here. */
async function fillOplog(connection: mongoose.Connection): Promise<void> {
  const oplog = connection.getClient().db('local').collection('oplog.rs')
  const filler = connection.getClient().db('elsewhere').collection<{ _id: number; text: string }>('filler')
  const [start] = await oplog.find().sort({ $natural: -1 }).limit(1).toArray()
  for (let turn = 0; ; turn += 1) {
    await filler.replaceOne({ _id: 1 }, { text: String(turn).padEnd(8_000_000, 'x') }, { upsert: true })
    const [oldest] = await oplog
      .find({}, { projection: { ts: 1 } })
      .sort({ $natural: 1 })
      .limit(1)
      .toArray()
    const since: unknown = oldest?.['ts']
    if (since instanceof mongoose.mongo.Timestamp && since.gt(start?.['ts'])) return
    if (turn > 400) throw new Error('the history does not end')
  }
}
