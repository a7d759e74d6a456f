import { type Cache, createCache, type InvalidateTarget } from '@vidnest/cache-core'
import type { Redis } from 'ioredis'
import mongoose from 'mongoose'

import { cachePlugin, type CachePluginOptions, type Change } from '../../src/index.ts'
import { connectRedis, mongoUri, uniqueName } from './servers.ts'

export interface VideoFields {
  _id: mongoose.Types.ObjectId
  title?: string
  category?: string | null
  slug?: string
  views?: number
  chapters?: { name: string; seconds: number }[]
}

/** One video platform: models, cached reads and, unless it is left out, the plugin that keeps them right. */
export interface VideoWorld {
  readonly instance: mongoose.Mongoose
  readonly connection: mongoose.Connection
  readonly Video: mongoose.Model<VideoFields>
  readonly schema: mongoose.Schema
  readonly cache: Cache
  readonly redis: Redis
  readonly changes: Change[]
  /** The title list of a category, through the cache. */
  list(category: string): Promise<string[]>
  /** A video, through the cache. */
  video(id: unknown): Promise<string | null>
  /** What the two should answer. */
  truth(category: string): Promise<string[]>
  close(): Promise<void>
}

export interface WorldOptions {
  /** Overrides of the plugin's options, or `false` for none of it. */
  readonly plugin?: Partial<CachePluginOptions> | false
  /** Address of a server of the test's own, and options of the client. */
  readonly server?: { readonly uri: string; readonly options?: mongoose.ConnectOptions }
}

export async function openVideoWorld({ plugin = {}, server }: WorldOptions = {}): Promise<VideoWorld> {
  const redis = await connectRedis()
  const cache = createCache({ redis, namespace: uniqueName(), redisTimeout: '5s' })
  const instance = new mongoose.Mongoose()
  instance.set('transactionAsyncLocalStorage', true)
  const changes: Change[] = []
  const schema = new instance.Schema(
    {
      title: { type: String, maxlength: 30 },
      category: String,
      slug: { type: String, unique: true, sparse: true },
      views: Number,
      chapters: [{ name: String, seconds: Number }],
    },
    { timestamps: true, versionKey: '__v' },
  )
  const connection = instance.createConnection()
  const byId = cache.define({
    key: 'video:{id}',
    load: ({ id }) => textOf(Video, { _id: new mongoose.Types.ObjectId(String(id)) }),
    policy: { ttl: '5m', negativeTtl: '5m' },
    tags: () => ['videos'],
  })
  const byCategory = cache.define({
    key: 'list:{category}',
    load: ({ category }) => rowsOf(Video, String(category)),
    policy: { ttl: '5m' },
    tags: () => ['videos'],
    valueTags: (rows) => rows.map((row) => `in:${row.id}`),
  })
  const invalidate = (change: Change): InvalidateTarget[] => {
    changes.push(change)
    const { exactness, id } = change
    const believed = exactness === 'exact' || exactness === 'read'
    if (!believed || id === undefined) return [{ tag: 'videos' }]
    const categories = [change.before, change.after].map((image) => String(image?.category))
    const lists = categories.map((category) => byCategory.target({ category }))
    return [byId.target({ id: String(id) }), { tag: `in:${String(id)}` }, ...lists]
  }
  if (plugin !== false) {
    schema.plugin(cachePlugin, { cache, watch: ['category'], ignore: ['views'], invalidate, ...plugin })
  }
  const Video = connection.model<VideoFields>('Video', schema as never)
  await connection.openUri(server?.uri ?? mongoUri(), { ...server?.options, dbName: uniqueName() })
  await Video.init()
  await Video.createCollection()
  return {
    instance,
    connection,
    Video,
    schema,
    cache,
    redis,
    changes,
    list: async (category) => (await byCategory.getOrSet({ category })).map((row) => row.text),
    video: (id) => byId.getOrSet({ id: String(id) }),
    truth: async (category) => (await rowsOf(Video, category)).map((row) => row.text),
    async close() {
      await connection.dropDatabase()
      await connection.close()
      await cache.close()
      redis.disconnect()
    },
  }
}

/** What a document looks like, as far as the tests change it. */
export async function textOf(Video: mongoose.Model<VideoFields>, filter: object): Promise<string | null> {
  const [video] = await Video.collection.find(filter).toArray()
  if (video === undefined) return null
  const chapters = (video.chapters ?? []).map((chapter: { name: string }) => chapter.name)
  return `${video.title} ${video.category} [${chapters.join()}]`
}

async function rowsOf(Video: mongoose.Model<VideoFields>, category: string) {
  const filter = category === 'undefined' ? { category: null } : { category }
  const videos = await Video.collection.find(filter).sort({ _id: 1 }).toArray()
  return videos.map(({ _id, title, chapters = [] }) => ({
    id: String(_id),
    text: `${title} [${chapters.map((chapter: { name: string }) => chapter.name).join()}]`,
  }))
}
