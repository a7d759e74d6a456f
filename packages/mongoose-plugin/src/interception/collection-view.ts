import type { CacheRequest } from '../queries/cached-source.ts'
import { makeCachedView, requestOf } from '../queries/cached-view.ts'
import { cacheRequest } from '../queries/caching-query.ts'
import { cachePopulated } from '../queries/populated.ts'
import type { WriteMethod, WriteOrigin } from '../writes/write-operation.ts'
import { writeMethods } from '../writes/write-operation.ts'
import { interceptCall } from './intercept-call.ts'
import { InterceptedCollection } from './intercepted-collection.ts'
import type { ModelLike, MongooseCollection } from './mongoose-like.ts'

const collectionOfQuery = Symbol('collection of the query')

interface QueryLike {
  [collectionOfQuery]?: MongooseCollection
  [cacheRequest]?: CacheRequest | undefined
}

/**
 * Mongoose reaches the collection by properties of its own, one for `save`, one for queries, one for bulk writes; users
 * by `Model.collection`. Giving each of the former a view of its own tells them apart. Without it every write would
 * still be seen, as `'raw'`.
 */
export function nameOrigins(model: ModelLike, state: InterceptedCollection): void {
  const { collection } = state
  if (model.$__collection === collection) model.$__collection = viewOf(state, 'query', model.modelName)
  const prototype = model.prototype as Record<symbol, unknown>
  for (const symbol of Object.getOwnPropertySymbols(prototype)) {
    const isSaves = symbol.description === 'mongoose#Model#collection' && prototype[symbol] === collection
    if (isSaves) prototype[symbol] = viewOf(state, 'save', model.modelName)
  }
  if (model.Query !== undefined) nameQueries(model.Query.prototype, model.modelName)
}

/**
 * A query takes its collection in the constructor; the accessor hands it a view instead. A clone is made with the view of
 * the query it comes from, which tells whether that one was cached.
 */
function nameQueries(prototype: object, modelName: string): void {
  if (Object.hasOwn(prototype, 'mongooseCollection')) return
  Object.defineProperty(prototype, 'mongooseCollection', {
    configurable: true,
    get(this: QueryLike) {
      const collection = this[collectionOfQuery]
      const request = this[cacheRequest]
      const state = InterceptedCollection.known(collection)
      if (request === undefined || state === undefined) return collection
      return makeCachedView({ state, request }, () => cachePopulated(this, request.options))
    },
    set(this: QueryLike, collection: MongooseCollection) {
      const state = InterceptedCollection.known(collection)
      const request = requestOf(collection)
      if (request !== undefined) this[cacheRequest] = request
      const named =
        state !== undefined && (request !== undefined || state.collection === collection)
          ? viewOf(state, 'query', modelName)
          : collection
      Object.defineProperty(this, collectionOfQuery, { value: named, writable: true, configurable: true })
    },
  })
}

function viewOf(state: InterceptedCollection, kind: 'save' | 'query', model: string): MongooseCollection {
  return state.view(`${kind}:${model}`, () =>
    makeView(state, (method) => ({ source: sourceOf(kind, method), model })),
  )
}

function sourceOf(kind: 'save' | 'query', method: WriteMethod): WriteOrigin['source'] {
  return method === 'insertMany' || method === 'bulkWrite' ? 'bulk' : kind
}

function makeView(
  state: InterceptedCollection,
  originOf: (method: WriteMethod) => WriteOrigin,
): MongooseCollection {
  const methods = new Map<PropertyKey, unknown>()
  for (const method of writeMethods) {
    methods.set(method, (...args: unknown[]) =>
      interceptCall(state, { method, args, origin: originOf(method) }),
    )
  }
  return new Proxy(state.collection, {
    get: (target, property) => methods.get(property) ?? Reflect.get(target, property),
  })
}
