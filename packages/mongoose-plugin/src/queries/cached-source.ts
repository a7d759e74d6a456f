import type { InterceptedCollection } from '../interception/intercepted-collection.ts'
import type { Registration } from '../registration.ts'
import type { QueryExplanation } from './explanation.ts'
import type { QueryCacheOptions } from './query-cache-options.ts'

/** A query that asked for the cache. */
export interface CacheRequest {
  readonly options: QueryCacheOptions
  readonly registration: Registration
  /** Wants to know what would happen, instead of it to happen. */
  readonly explain?: (explanation: QueryExplanation) => void
}

/** A request, and the collection that it is about. */
export interface CachedSource {
  readonly state: InterceptedCollection
  readonly request: CacheRequest
}
