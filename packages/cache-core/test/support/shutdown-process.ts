import { once } from 'node:events'
import { Redis } from 'ioredis'
import { createCache, redisProfile } from '../../src/index.ts'

/** Reads and invalidates for as long as it runs; at SIGTERM it closes its cache as a service does, and says what came of it. */
const [url = '', namespace = ''] = process.argv.slice(2)
const redis = new Redis(url, redisProfile('cache'))
redis.on('error', () => undefined)
const cache = createCache({ redis, namespace, onInvalidationFailure: 'queue' })
const say = (words: string): boolean => process.stdout.write(`${words}\n`)
cache.on('invalidationFailed', ({ queued }) => queued || say('lost'))
const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'loaded' })
let busy = true

async function work(): Promise<void> {
  while (busy) {
    await Promise.all([video.getOrSet({ id: 1 }), cache.invalidate({ key: 'video:1' })])
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (cache.stats().invalidationsQueued > 0) say('queued')
  }
}

process.once('SIGTERM', () => {
  busy = false
  void cache.close().then(() => {
    say('closed')
    redis.disconnect()
  })
})
await once(redis, 'ready')
say('ready')
await work()
