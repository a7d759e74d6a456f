import type { Aggregate } from 'mongoose'

import type { QueryExplanation } from './explanation.ts'
import type { QueryCacheOptions } from './query-cache-options.ts'

/**
 * What the plugin adds to the queries of a model, as its type parameter for query helpers.
 * @example `mongoose.model<Video, Model<Video, CacheQueryHelpers> & CacheStatics>('Video', schema)`
 */
export interface CacheQueryHelpers {
  /**
   * Answers the query from the cache, or else stores what MongoDB answers; populated paths too. `false` takes that back.
   * The query goes to MongoDB in a transaction, with `cursor()` and where it does not read from the primary.
   * @throws {CacheConfigError} for bad options and on a write; the query rejects with it where it filters or sorts on a
   * path of `ignore` without `ttlOnly`.
   */
  cache<Query>(this: Query, options?: QueryCacheOptions | false): Query
  /** Tells the key and the tags of the query and whether it would be a hit; runs its hooks, but not the query. */
  explainCache(): Promise<QueryExplanation>
}

/** What the plugin adds to a model. */
export interface CacheStatics {
  /**
   * An aggregation that is answered from the cache, or else stored. It depends on every write to its collection and to
   * those it joins. @throws {CacheConfigError} for bad options; the aggregation rejects with it for `$out` and `$merge`.
   */
  cachedAggregate<Row = Record<string, unknown>>(
    pipeline: readonly object[],
    options?: QueryCacheOptions,
  ): Aggregate<Row[]>
}
