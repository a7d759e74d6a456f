import type { ChangeOperation, ChangeSource } from '../change.ts'
import type { TouchedPaths, UpdateDocument } from '../paths/touched-paths.ts'
import type { SessionLike } from '../transactions/session.ts'

/** A document, filter or option bag as the driver takes it. */
export type Fields = Readonly<Record<string, unknown>>

/** One operation of a call to the driver's collection. */
export interface WriteOperation {
  readonly op: ChangeOperation
  /** Whether it may change several documents. */
  readonly many: boolean
  readonly filter: Fields
  /** The inserted document or the replacement. */
  readonly document?: Fields
  readonly update?: UpdateDocument
  readonly touched: TouchedPaths
  readonly upsert: boolean
  /** The ids that the filter names, if it does: no other document can be changed. */
  readonly ids?: readonly unknown[]
  /** What decides which documents the filter finds. */
  readonly findOptions: Fields
}

/** Methods of a collection that write documents. */
export const writeMethods = [
  'insertOne',
  'insertMany',
  'updateOne',
  'updateMany',
  'replaceOne',
  'deleteOne',
  'deleteMany',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'bulkWrite',
  'drop',
  'rename',
] as const

export type WriteMethod = (typeof writeMethods)[number]

/**
 * Calls that write to collections which they do not come by: a pipeline that ends in `$merge` or `$out`, and `bulkWrite`
 * of a client.
 */
export type ForeignMethod = 'output' | 'clientBulkWrite'

/** Who wrote. */
export interface WriteOrigin {
  readonly source: ChangeSource
  readonly model?: string
}

/** A call of a write method, taken apart. */
export interface WriteCall {
  readonly method: WriteMethod | ForeignMethod | 'bulkBuilder'
  readonly operations: readonly WriteOperation[]
  readonly options: Fields
  readonly session: SessionLike | undefined
  readonly origin: WriteOrigin
}
