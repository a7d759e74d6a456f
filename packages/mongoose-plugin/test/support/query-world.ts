import { type Cache, type CacheOptions, createCache } from '@vidnest/cache-core'
import mongoose from 'mongoose'

import {
  cachePlugin,
  type CachePluginOptions,
  type CacheQueryHelpers,
  type CacheStatics,
} from '../../src/index.ts'
import { connectRedis, mongoUri, uniqueName } from './servers.ts'

/** A model with what the plugin adds. */
type CachedModel<Fields> = mongoose.Model<Fields, CacheQueryHelpers> & CacheStatics

interface UserFields {
  name?: string
  boss?: unknown
}

/** As far as the tests touch it. */
interface ItemFields {
  text?: string
  number?: number
  big?: bigint
  list: string[]
  flag?: boolean
  views?: number
  buffer: Buffer
  mixed: { list: unknown[] }
  nested: { deep: { value: number } }
  owner?: unknown
}

interface FilmFields extends ItemFields {
  minutes?: number
}

interface NoteFields {
  item?: unknown
  words?: string
}

/** Models with every schema type, references and discriminators, and a count of what MongoDB was asked. */
export interface QueryWorld {
  readonly connection: mongoose.Connection
  readonly cache: Cache
  readonly User: CachedModel<UserFields>
  readonly Item: CachedModel<ItemFields>
  readonly Film: CachedModel<FilmFields>
  readonly Note: CachedModel<NoteFields>
  /** Ids of a user, of an item and of a film that are there from the start. */
  readonly ids: Readonly<Record<'user' | 'item' | 'film', mongoose.Types.ObjectId>>
  /** Names of the reads that MongoDB was sent since the last call. */
  reads(): string[]
  close(): Promise<void>
}

export async function openQueryWorld(
  options: Partial<CachePluginOptions> = {},
  memory?: CacheOptions['memory'],
): Promise<QueryWorld> {
  const redis = await connectRedis()
  const cache = createCache({
    redis,
    namespace: uniqueName(),
    redisTimeout: '5s',
    ...(memory !== undefined && { memory }),
  })
  const instance = new mongoose.Mongoose()
  instance.set('transactionAsyncLocalStorage', true)
  const plugin = { cache, ...options }
  const connection = instance.createConnection()
  const { User, Item, Film, Note } = defineModels(instance, connection, plugin)
  const sent: string[] = []
  await connection.openUri(mongoUri(), { dbName: uniqueName(), monitorCommands: true })
  connection.getClient().on('commandStarted', ({ commandName }: { commandName: string }) => {
    if (/^(find|aggregate|distinct|count|explain|getMore)$/.test(commandName)) sent.push(commandName)
  })
  await Promise.all([User, Item, Film, Note].map((model) => model.init()))
  const ids = await fill({ User, Item, Film, Note })
  sent.length = 0
  return {
    connection,
    cache,
    User,
    Item,
    Film,
    Note,
    ids,
    reads: () => sent.splice(0),
    async close() {
      await connection.dropDatabase()
      await connection.close()
      await cache.close()
      redis.disconnect()
    },
  }
}

interface Models {
  readonly User: CachedModel<UserFields>
  readonly Item: CachedModel<ItemFields>
  readonly Film: CachedModel<FilmFields>
  readonly Note: CachedModel<NoteFields>
}

function defineModels(
  instance: mongoose.Mongoose,
  connection: mongoose.Connection,
  plugin: CachePluginOptions,
): Models {
  const { Types } = instance.Schema
  const user = new instance.Schema({ name: String, boss: { type: Types.ObjectId, ref: 'User' } })
  const item = new instance.Schema(
    {
      text: { type: String, get: (text: string | undefined) => text?.toUpperCase() },
      secret: { type: String, select: false },
      number: Number,
      double: Types.Double,
      int32: Types.Int32,
      big: BigInt,
      decimal: Types.Decimal128,
      date: Date,
      flag: Boolean,
      buffer: Buffer,
      uuid: Types.UUID,
      mixed: Types.Mixed,
      map: { type: Map, of: Number },
      list: [String],
      parts: [{ name: String, size: Number }],
      nested: { deep: { value: Number } },
      preset: { type: String, default: 'preset' },
      views: Number,
      owner: { type: Types.ObjectId, ref: 'User' },
      owners: [{ type: Types.ObjectId, ref: 'User' }],
    },
    { timestamps: true, discriminatorKey: 'kind', toObject: { getters: true, virtuals: true } },
  )
  item.virtual('label').get(function () {
    return `${this.text}/${this.number}`
  })
  item.virtual('notes', { ref: 'Note', localField: '_id', foreignField: 'item' })
  const options = { sort: { words: -1 } }
  item.virtual('sortedNotes', { ref: 'Note', localField: '_id', foreignField: 'item', options })
  item.virtual('noteCount', { ref: 'Note', localField: '_id', foreignField: 'item', count: true })
  const note = new instance.Schema({ item: { type: Types.ObjectId, ref: 'Item' }, words: String })
  for (const schema of [user, item, note]) schema.plugin(cachePlugin, plugin)
  const Item = connection.model('Item', item as never) as unknown as mongoose.Model<unknown>
  const film = new instance.Schema({ minutes: Number })
  return {
    User: connection.model('User', user as never),
    Item,
    Film: Item.discriminator('Film', film),
    Note: connection.model('Note', note as never),
  } as unknown as Models
}

async function fill({ User, Item, Film, Note }: Models) {
  const { Types } = mongoose
  const boss = await User.create({ name: 'Boss' })
  const user = await User.create({ name: 'Ann', boss: boss._id })
  const all = {
    secret: 'hidden',
    number: 1.5,
    double: 2,
    int32: 3,
    big: 2n ** 60n,
    decimal: '12.50',
    date: new Date(1000),
    flag: true,
    buffer: Buffer.from([0, 1, 255]),
    uuid: '7c8a1b52-2f3c-4ad1-9d0e-3f1f5a0b6c11',
    mixed: { id: new Types.ObjectId(), when: new Date(5), list: [1, 'a', null], bytes: Buffer.from('x') },
    map: { one: 1, two: 2 },
    list: ['a', 'b'],
    parts: [{ name: 'p', size: 1 }],
    nested: { deep: { value: 7 } },
    views: 1,
    owner: user._id,
    owners: [user._id, boss._id],
  }
  const item = await Item.create({ text: 'item', ...all })
  const film = await Film.create({ text: 'film', minutes: 90, ...all })
  await Note.create([
    { item: item._id, words: 'first' },
    { item: item._id, words: 'second' },
  ])
  return { user: user._id, item: item._id, film: film._id }
}
