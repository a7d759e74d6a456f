import { createCache } from '@vidnest/cache-core'
import { startRedis } from '@vidnest/services'
import { Redis } from 'ioredis'
import { compare, type Contestant } from './compare.ts'

const keys = 100
const video = {
  id: '0123456789abcdef01234567',
  title: 'A video',
  description: 'd'.repeat(1300),
  owner: { id: '1', username: 'ann', fullName: 'Ann', avatar: '' },
  tags: ['a', 'b'],
}

/** A hit in Redis of a video of 1.5 KB, beside a bare GET with JSON.parse on the same client. */
const server = await startRedis()
const redis = new Redis(server.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 })
await new Promise((resolve) => redis.once('ready', resolve))
const cache = createCache({ redis, namespace: 'bench' })
const plain = cache.define({ key: 'video:{id}', policy: { ttl: '1h' }, load: () => video })
const tagged = cache.define({
  key: 'tagged:{id}',
  policy: { ttl: '1h' },
  load: () => video,
  tags: () => ['videos', 'owner:1'],
})
for (let id = 0; id < keys; id += 1) {
  await Promise.all([
    redis.set(`bare:${String(id)}`, JSON.stringify(video)),
    plain.set({ id }, video),
    tagged.set({ id }, video),
  ])
}
const contestants: readonly Contestant[] = [
  {
    name: 'ioredis, GET and JSON.parse',
    run: async (index) => JSON.parse((await redis.get(`bare:${String(index % keys)}`)) ?? '') as unknown,
  },
  {
    name: 'the same once more (noise)',
    run: async (index) => JSON.parse((await redis.get(`bare:${String(index % keys)}`)) ?? '') as unknown,
  },
  { name: 'hit', run: (index) => plain.getOrSet({ id: index % keys }) },
  { name: 'hit with 2 tags', run: (index) => tagged.getOrSet({ id: index % keys }) },
]
for (const concurrency of [1, 64]) {
  process.stdout.write(
    `\n${String(concurrency)} at a time (ratio to the first row, median of the rounds, smallest–largest)\n`,
  )
  process.stdout.write(`${await compare(contestants, { concurrency, rounds: 11, roundMs: 250 })}\n`)
}
await cache.close()
redis.disconnect()
await server.stop()
