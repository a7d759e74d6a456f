import { createInterface } from 'node:readline'

import { createCache } from '@vidnest/cache-core'
import { Redis } from 'ioredis'
import type mongoose from 'mongoose'

import { cachePlugin, type CachePluginOptions } from '../../src/index.ts'

/** What the writer is told by its argument. */
export interface DoomedWriterOptions {
  readonly redisUrl: string
  readonly mongoUri: string
  readonly dbName: string
  readonly namespace: string
  readonly consistency: NonNullable<CachePluginOptions['consistency']>
  readonly images: NonNullable<CachePluginOptions['images']>
  readonly inTransaction: boolean
}

type Method = (...args: unknown[]) => Promise<unknown>

/**
 * A process that moves a video from A to B. It says `sending` and waits for a line before the database is asked, says
 * `answered` after it, and never comes to its invalidation.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as DoomedWriterOptions
const lines = createInterface({ input: process.stdin })
const module = process.env.VIDNEST_MONGOOSE === '8' ? 'mongoose8' : 'mongoose'
const { default: library } = (await import(module)) as { default: typeof mongoose }

const redis = new Redis(options.redisUrl, { enableOfflineQueue: false, lazyConnect: true })
await redis.connect()
const cache = createCache({ redis, namespace: options.namespace, redisTimeout: '5s' })
const schema = new library.Schema({ category: String })
schema.plugin(cachePlugin, {
  cache,
  watch: ['category'],
  images: options.images,
  consistency: options.consistency,
  invalidate: ({ before, after }) =>
    [before, after].map((image) => ({ tag: `list:${String(image?.category)}` })),
})
const Video = library.model('Video', schema, 'videos')
await library.connect(options.mongoUri, { dbName: options.dbName })

/** Has the method say what it is at, and never return. */
function doom(owner: object, name: string): void {
  const own = owner as Record<string, Method>
  const original = own[name]?.bind(owner)
  own[name] = async (...args) => {
    process.stdout.write('sending\n')
    await new Promise((resolve) => lines.once('line', resolve))
    await original?.(...args)
    process.stdout.write('answered\n')
    return new Promise(() => {})
  }
}

const session = options.inTransaction ? await library.startSession() : undefined
if (session !== undefined) {
  doom(session, 'commitTransaction')
  session.startTransaction()
} else if (options.images === 'transaction') {
  const startSession = library.connection.startSession.bind(library.connection)
  library.connection.startSession = async () => {
    const own = await startSession()
    doom(own, 'commitTransaction')
    return own
  }
} else {
  doom((Video.collection as unknown as { _getCollection(): object })._getCollection(), 'updateOne')
}
await Video.updateOne({ category: 'A' }, { category: 'B' }, session === undefined ? {} : { session })
await session?.commitTransaction()
