import { once } from 'node:events'
import { createCache } from '../../src/index.ts'
import { connect } from './connect.ts'
import { LatenessMeter } from './lateness.ts'

/** Reads one cold key as many times at once as asked, and writes what the reads came to, and the longest wait. */
const [namespace = '', callers = '1', loadMs = '0'] = process.argv.slice(2)
const redis = await connect()
const source = await connect()
const cache = createCache({ redis, namespace, redisTimeout: '5s', waitTimeout: '60s' })
const video = cache.define({
  key: 'video:{id}',
  policy: { ttl: '5m' },
  load: async () => {
    await source.incr(`loads-of:${namespace}`)
    await new Promise((resolve) => setTimeout(resolve, Number(loadMs)))
    return 'loaded'
  },
})
await video.has({ id: 2 })
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const meter = new LatenessMeter()
const end = meter.measure()
const values = await Promise.all(Array.from({ length: Number(callers) }, () => video.getOrSet({ id: 1 })))
const longestWait = end()
await meter.stop()
const counts: Record<string, number> = {}
for (const value of values) counts[value] = (counts[value] ?? 0) + 1
await cache.close()
process.stdout.write(`${JSON.stringify({ counts, longestWait })}\n`)
process.stdin.destroy()
redis.disconnect()
source.disconnect()
