import { CacheConfigError } from '@vidnest/cache-core'

import { databaseOf, type MongooseCollection } from '../interception/mongoose-like.ts'
import { type Fields, writeMethods } from '../writes/write-operation.ts'
import type { CachedSource, CacheRequest } from './cached-source.ts'
import { Explained } from './explanation.ts'
import type { CollectionReads, ReadCall, ReadMethod } from './read-call.ts'
import { type CacheableRead, foundTags, peek, planRead, readThrough } from './read-through.ts'
import { splitDocuments } from './raw-documents.ts'

const requestOfView = Symbol('request of the view')

interface View {
  readonly [requestOfView]?: CacheRequest
}

/** The request that a view was made for. */
export function requestOf(collection: object | undefined): CacheRequest | undefined {
  return (collection as View | undefined)?.[requestOfView]
}

/**
 * A view of the collection whose reads are answered from the cache. `onRead` is called before a read that the cache is
 * asked for.
 */
export function makeCachedView(source: CachedSource, onRead: () => void = () => {}): MongooseCollection {
  const { collection } = source.state
  const answer = async (read: ReadCall, send: () => unknown, wrap: (result: unknown) => unknown) => {
    const planned = await planRead(source, read)
    if (source.request.explain !== undefined) return explain(source, read, planned)
    if (typeof planned === 'string') return send()
    onRead()
    return wrap(await readThrough(source, read, planned))
  }
  const methods = new Map<PropertyKey, unknown>()
  const add = (method: ReadMethod, describe: (...args: readonly unknown[]) => Omit<ReadCall, 'method'>) => {
    const wrap = method === 'find' || method === 'aggregate' ? cursorOf : (result: unknown) => result
    methods.set(method, (...args: unknown[]) => {
      const send = () => (collection as unknown as CollectionReads)[method](...args)
      return answer({ method, ...describe(...args) }, send, wrap)
    })
  }
  for (const method of ['find', 'findOne', 'countDocuments'] as const) {
    add(method, (filter, options) => ({ filter: fields(filter), options: fields(options) }))
  }
  add('estimatedDocumentCount', (options) => ({ filter: {}, options: fields(options) }))
  add('distinct', (field, filter, options) => ({
    field: String(field),
    filter: fields(filter),
    options: fields(options),
  }))
  add('aggregate', (pipeline, options) => ({
    filter: {},
    pipeline: pipeline as readonly Fields[],
    options: fields(options),
  }))
  for (const method of writeMethods) methods.set(method, refuseWrite)
  methods.set(requestOfView, source.request)
  return new Proxy(collection, {
    get: (target, property) => methods.get(property) ?? Reflect.get(target, property),
  })
}

/** All that Mongoose does with a cursor of a query. */
function cursorOf(documents: unknown): object {
  return { toArray: () => Promise.resolve(documents) }
}

async function refuseWrite(): Promise<never> {
  throw writeRefusal()
}

/** What a write with `.cache()` is told. */
export function writeRefusal(): CacheConfigError {
  return new CacheConfigError('cache', 'is for reads: a write is never answered from the cache')
}

async function explain(
  source: CachedSource,
  read: ReadCall,
  planned: CacheableRead | string,
): Promise<never> {
  const { collection } = source.state
  const place = { method: read.method, db: databaseOf(collection), collection: collection.collectionName }
  const tell = source.request.explain
  if (typeof planned === 'string') {
    tell?.({ ...place, outcome: 'bypass', reason: planned as never, tags: [] })
  } else {
    const { key, tags } = planned
    const stored = await peek(source, planned)
    const found = stored === undefined ? [] : foundTags(source, planned, splitDocuments(stored))
    tell?.({ ...place, outcome: stored === undefined ? 'miss' : 'hit', key, tags: [...tags, ...found] })
  }
  throw new Explained()
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
