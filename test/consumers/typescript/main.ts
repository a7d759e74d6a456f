import { createCache, type Cache, type CacheStats, type Duration } from '@vidnest/cache-core'
import { openTelemetryMetrics, openTelemetryTraces } from '@vidnest/cache-core/opentelemetry'
import { prometheusMetrics } from '@vidnest/cache-core/prometheus'
import { createSessions, opsRouter, rateLimiter } from '@vidnest/express-middleware'
import { createChaos, ManualClock, recordEvents, type EventRecorder } from '@vidnest/cache-core/testing'
import { cachePlugin, type Change } from '@vidnest/mongoose-plugin'
import { Redis } from 'ioredis'
import { Schema, model } from 'mongoose'
import { Registry } from 'prom-client'

interface Video {
  title: string
  category: string
}

const ttl: Duration = '15m'
const cache: Cache = createCache({
  redis: new Redis({ lazyConnect: true }),
  namespace: 'shop',
  policies: { item: { ttl } },
})

const videoById = cache.define({
  key: 'video:{id}',
  load: async ({ id }): Promise<Video> => ({ title: `Video ${id}`, category: 'music' }),
  policy: 'item',
  tags: ({ id }) => [`video:${id}`],
})

const schema = new Schema<Video>({ title: String, category: String })
schema.plugin(cachePlugin, {
  cache,
  watch: ['category'],
  invalidate: (change: Change) => [{ tag: `video:${String(change.id)}` }],
})

export const VideoModel = model('Video', schema)
export const stats: CacheStats = cache.stats()
export const title: Promise<string> = videoById.getOrSet({ id: '1' }).then((video) => video.title)
export const middleware = [createSessions, rateLimiter, opsRouter]

export const stop: (() => void)[] = [
  prometheusMetrics(cache, { register: new Registry() }),
  openTelemetryMetrics([cache]),
  openTelemetryTraces(cache),
]

// @ts-expect-error a number is no duration
export const inMilliseconds: Duration = 900
// @ts-expect-error the parameter of the key is `id`
export const wrongParameter = videoById.getOrSet({ video: '1' })

export const inMemory: Cache = createCache({
  namespace: 'shop',
  memory: { maxEntries: 100 },
  clock: new ManualClock(),
})
export const events: EventRecorder = recordEvents(inMemory)
export const troubled: Redis = createChaos().redis(new Redis({ lazyConnect: true }))
