import type { CacheRequest } from './cached-source.ts'
import type { QueryCacheOptions } from './query-cache-options.ts'

/** Where a query keeps its request. */
export const cacheRequest: unique symbol = Symbol('cache request')

/** What is used of a Mongoose query. */
export interface CachingQuery {
  readonly op?: string
  [cacheRequest]?: CacheRequest | undefined
  cache(options: QueryCacheOptions | false): this
  setOptions(options: object | null | undefined, overwrite?: boolean): unknown
  clone(): CachingQuery
  exec(): Promise<unknown>
}
