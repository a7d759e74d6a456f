import { InterceptedCollection } from '../interception/intercepted-collection.ts'
import type { ModelLike } from '../interception/mongoose-like.ts'
import type { Registration } from '../registration.ts'
import type { CacheRequest } from './cached-source.ts'
import { makeCachedView, writeRefusal } from './cached-view.ts'
import { cacheRequest, type CachingQuery } from './caching-query.ts'
import type { QueryExplanation } from './explanation.ts'
import { checkQueryCacheOptions, type QueryCacheOptions } from './query-cache-options.ts'

/** Gives the model's queries `cache` and `explainCache`, and the model `cachedAggregate`. */
export function addQueryMethods(model: ModelLike, registration: Registration): void {
  const { Query } = model
  if (Query !== undefined) addToQueries(Query.prototype as CachingQuery, registration)
  define(model, 'cachedAggregate', function (this: ModelLike, pipeline: readonly object[], options = {}) {
    checkQueryCacheOptions(options)
    return cachedAggregate(this, pipeline, { options, registration })
  })
}

type SetOptions = (this: CachingQuery, options: object | null | undefined, overwrite?: boolean) => unknown

function addToQueries(prototype: CachingQuery, registration: Registration): void {
  define(prototype, 'cache', function (this: CachingQuery, options: QueryCacheOptions | false = {}) {
    if (options === false) {
      this[cacheRequest] = undefined
      return this
    }
    checkQueryCacheOptions(options)
    if (/^(update|replace|delete|findOneAnd)/.test(this.op ?? '')) throw writeRefusal()
    this[cacheRequest] = { options, registration }
    return this
  })
  define(prototype, 'explainCache', function (this: CachingQuery) {
    return explainQuery(this, registration)
  })
  const setOptions = Reflect.get(prototype, 'setOptions') as SetOptions
  const withCache: SetOptions = function (options, overwrite) {
    if (overwrite === true || !hasCache(options)) return setOptions.call(this, options, overwrite)
    const { cache, ...others } = options
    setOptions.call(this, others)
    return this.cache(cache)
  }
  define(prototype, 'setOptions', withCache)
}

function hasCache(options: object | null | undefined): options is { cache: QueryCacheOptions | false } {
  return options !== null && options !== undefined && 'cache' in options && options.cache !== undefined
}

/** A clone runs up to the point where it would read. */
async function explainQuery(query: CachingQuery, registration: Registration): Promise<QueryExplanation> {
  let explanation: QueryExplanation | undefined
  const clone = query.clone()
  const options = query[cacheRequest]?.options ?? {}
  clone[cacheRequest] = { options, registration, explain: (told) => (explanation = told) }
  const failure: unknown = await clone.exec().then(
    () => undefined,
    (error: unknown) => error,
  )
  if (explanation !== undefined) return explanation
  throw failure ?? new Error('the query was answered before it was sent')
}

interface Aggregating {
  aggregate(pipeline: readonly object[]): { _model: ModelLike }
}

/** An aggregation takes the collection of its model when it runs, after its hooks. */
function cachedAggregate(model: ModelLike, pipeline: readonly object[], request: CacheRequest): object {
  const aggregate = (model as ModelLike & Aggregating).aggregate(pipeline)
  aggregate._model = new Proxy(model, {
    get(target, property) {
      if (property !== 'collection') return Reflect.get(target, property)
      return makeCachedView({ state: InterceptedCollection.of(target.collection), request })
    },
  })
  return aggregate
}

function define(owner: object, name: string, value: unknown): void {
  if (Object.hasOwn(owner, name)) return
  Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false })
}
