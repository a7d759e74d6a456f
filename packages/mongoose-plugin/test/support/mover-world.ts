import { AsyncLocalStorage } from 'node:async_hooks'

import mongoose from 'mongoose'

import { cachePlugin, type CachePluginOptions, type Change } from '../../src/index.ts'
import { mongoUri, uniqueName } from './servers.ts'

/** The watched fields of a video. */
export interface Place {
  readonly category?: unknown
  readonly published?: unknown
}

export interface MovedFields extends Place {
  _id: mongoose.Types.ObjectId
  slug?: string
  /** Which write made the document what it is; nobody watches it. */
  marker?: string
}

/** What MongoDB says that one write did. */
export interface HistoryEvent {
  readonly marker: string
  readonly before: Place
  readonly after: Place
}

/** A collection whose every write is known twice: as MongoDB tells it, with both images, and as the plugin told it. */
export interface MoverWorld {
  readonly connection: mongoose.Connection
  readonly Video: mongoose.Model<MovedFields>
  /** Runs a write; its changes are kept under the marker. */
  run(marker: string, write: () => Promise<unknown>): Promise<void>
  /** What the write was told as. */
  told(marker: string): readonly Change[]
  /** The updates and replacements since the last call, in their order. */
  history(): Promise<HistoryEvent[]>
  /** Runs `between` once, after the next read that the plugin makes for a write and before that write. */
  afterNextRead(between: () => Promise<unknown>): { readonly happened: boolean }
  close(): Promise<void>
}

export interface MoverOptions {
  readonly images?: CachePluginOptions['images']
  readonly collation?: mongoose.mongo.CollationOptions
}

const watch = ['category', 'published'] as const

export async function openMoverWorld({ images, collation }: MoverOptions): Promise<MoverWorld> {
  const instance = new mongoose.Mongoose()
  const connection = await instance.createConnection(mongoUri(), { dbName: uniqueName() }).asPromise()
  const changes = new Map<string, Change[]>()
  const writing = new AsyncLocalStorage<string>()
  const Video = connection.model<MovedFields>('Video', schemaOf(instance, { images, changes, writing }))
  await connection.createCollection('videos', {
    changeStreamPreAndPostImages: { enabled: true },
    ...(collation && { collation }),
  })
  const stream = Video.collection.watch([], {
    fullDocument: 'required',
    fullDocumentBeforeChange: 'required',
    maxAwaitTimeMS: 50,
  })
  await stream.tryNext()

  return {
    connection,
    Video,
    run: (marker, write) => writing.run(marker, async () => void (await write())),
    told: (marker) => changes.get(marker) ?? [],
    async history() {
      const { insertedId } = await nativeVideos(connection).insertOne({ marker: 'end' })
      const events: HistoryEvent[] = []
      for (;;) {
        const event = await stream.next()
        if (event.operationType === 'insert' && insertedId.equals(event.documentKey._id)) return events
        if (event.operationType !== 'update' && event.operationType !== 'replace') continue
        const [before, after] = [event.fullDocumentBeforeChange, event.fullDocument]
        events.push({ marker: String(after?.marker), before: placeOf(before), after: placeOf(after) })
      }
    },
    afterNextRead: (between) => holdNextRead(Video, between),
    async close() {
      await stream.close()
      await connection.dropDatabase()
      await connection.close()
    },
  }
}

function schemaOf(
  instance: mongoose.Mongoose,
  {
    images,
    changes,
    writing,
  }: Pick<MoverOptions, 'images'> & {
    changes: Map<string, Change[]>
    writing: AsyncLocalStorage<string>
  },
): mongoose.Schema<MovedFields> {
  const { Mixed } = instance.Schema.Types
  const schema = new instance.Schema<MovedFields>(
    { slug: String, marker: String, category: Mixed, published: Mixed },
    { timestamps: true, versionKey: false, autoCreate: false },
  )
  schema.plugin(cachePlugin, {
    cache: { invalidate: () => Promise.resolve() } as never,
    watch,
    ...(images && { images }),
    invalidate: (change) => {
      const marker = writing.getStore() ?? 'none'
      changes.set(marker, [...(changes.get(marker) ?? []), change])
      return []
    },
  })
  return schema
}

/** The collection without the plugin. */
export function nativeVideos(connection: mongoose.Connection): mongoose.mongo.Collection {
  if (connection.db === undefined) throw new Error('the connection is not open')
  return connection.db.collection('videos')
}

function placeOf(document: mongoose.mongo.Document | undefined): Place {
  return { category: document?.category, published: document?.published }
}

/** The reads of the plugin are told from others by what they ask for. */
function holdNextRead(
  Video: mongoose.Model<MovedFields>,
  between: () => Promise<unknown>,
): { readonly happened: boolean } {
  type Find = (filter: object, options?: { projection?: object }) => { toArray(): Promise<unknown[]> }
  type Native = { find: Find }
  const native = (Video.collection as unknown as { _getCollection(): Native })._getCollection()
  const { find } = native
  const held = { happened: false }
  native.find = (filter, options) => {
    const cursor = find.call(native, filter, options)
    if (!watch.every((path) => Object.hasOwn(options?.projection ?? {}, path))) return cursor
    native.find = find
    const toArray = async () => {
      const documents = await cursor.toArray()
      held.happened = true
      await between()
      return documents
    }
    return { toArray }
  }
  return held
}
