import type { Fields } from '../writes/write-operation.ts'

/** Methods of a collection whose results can be cached. */
export type ReadMethod =
  | 'find'
  | 'findOne'
  | 'countDocuments'
  | 'estimatedDocumentCount'
  | 'distinct'
  | 'aggregate'

/** A read as it reaches the collection: after all hooks, with its final filter and options. */
export interface ReadCall {
  readonly method: ReadMethod
  readonly filter: Fields
  readonly options: Fields
  /** The path of `distinct`. */
  readonly field?: string
  /** The stages of `aggregate`. */
  readonly pipeline?: readonly Fields[]
}

/** The reads of a collection. */
export type CollectionReads = Readonly<Record<ReadMethod, (...args: readonly unknown[]) => unknown>>
