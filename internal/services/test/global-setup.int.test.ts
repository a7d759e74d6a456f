import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import { expect, inject, it } from 'vitest'

it('gives every integration test the address of one Redis and one MongoDB, in child processes too', async () => {
  const redis = new Redis(inject('redisUrl'))
  const mongo = await MongoClient.connect(inject('mongoUri'))

  expect(await redis.ping()).toBe('PONG')
  expect(await mongo.db().command({ ping: 1 })).toMatchObject({ ok: 1 })
  expect(process.env['VIDNEST_TEST_REDIS_URL']).toBe(inject('redisUrl'))
  expect(process.env['VIDNEST_TEST_MONGO_URI']).toBe(inject('mongoUri'))

  redis.disconnect()
  await mongo.close()
})
