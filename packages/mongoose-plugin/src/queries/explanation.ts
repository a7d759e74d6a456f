import type { ReadMethod } from './read-call.ts'

/**
 * Why a query with `.cache()` goes to MongoDB without a look into the cache:
 * - `'transaction'`, `'snapshot'`: its session is in a transaction, or reads a snapshot.
 * - `'secondary'`: its read preference is not `primary`, so that it may lag behind what was invalidated.
 * - `'explain'`, `'tailable'`, `'raw'`, `'partial'`: it asks for something else than whole decoded documents.
 * - `'volatile'`: its result is another one each time (`$$NOW`, `$rand`, `$sample`, functions).
 * - `'untracked'`: it reads a collection without the plugin, or with another cache, without `ttlOnly`.
 * - `'unkeyable'`: its filter or options cannot be written as BSON.
 * - `'connecting'`: the connection is not open yet.
 */
export type BypassReason =
  | 'transaction'
  | 'snapshot'
  | 'secondary'
  | 'explain'
  | 'tailable'
  | 'raw'
  | 'partial'
  | 'volatile'
  | 'untracked'
  | 'unkeyable'
  | 'connecting'

/** What `explainCache()` tells of a query. */
export interface QueryExplanation {
  /** What the query would be at this moment. */
  readonly outcome: 'hit' | 'miss' | 'bypass'
  /** Why it would be a bypass. */
  readonly reason?: BypassReason
  readonly method: ReadMethod
  readonly db: string
  readonly collection: string
  /** The key in the cache, without its namespace; missing for a bypass. */
  readonly key?: string
  /** What invalidates it. Tags of the documents that a miss would find are not known yet. */
  readonly tags: readonly string[]
}

/** Ends a query that only had to be explained. */
export class Explained extends Error {
  override readonly name = 'Explained'
}
