import { isRetryable, isUnknownCommand, mayStillLand } from './server-answer.ts'
import type { Fields, WriteCall } from './write-operation.ts'

/** How many documents each kind of operation changed, as far as the driver says. */
export interface WriteCounts {
  readonly inserted: number
  readonly matched: number
  readonly modified: number
  readonly deleted: number
  /** Ids of documents that an upsert inserted, by the operation's place in the call. */
  readonly upserted: ReadonlyMap<number, unknown>
}

/**
 * What became of a write. `'done'` comes with counts, `'found'` with the document that a `findOneAnd...` returned,
 * `'unknown'` may have changed all, some or none of what it attempted (and may still do so as long as it `isPending`), `'none'` changed nothing, `'attempted'` is what is going to be sent.
 */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly counts: WriteCounts }
  | { readonly kind: 'found'; readonly document: Fields; readonly isAfter: boolean }
  | { readonly kind: 'unknown'; readonly isPending: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'attempted' }

/** Methods whose result does not say which documents were changed. */
const untold = new Set<WriteCall['method']>(['rename', 'bulkBuilder', 'output', 'clientBulkWrite'])

/** A write that is over, and did nobody knows what. */
const done: WriteOutcome = { kind: 'unknown', isPending: false }

/** Reads the result that the driver gave; a `findOneAnd...` must have been asked for its metadata. */
export function outcomeOfResult(call: WriteCall, result: unknown): WriteOutcome {
  if (call.method === 'drop') return result === false ? { kind: 'none' } : done
  if (untold.has(call.method)) return done
  const fields = (result ?? {}) as Fields
  if (call.method.startsWith('findOneAnd')) return outcomeOfFindAndModify(call, fields)
  if (fields.acknowledged === false || fields.ok === 0) return { kind: 'unknown', isPending: true }
  const counts = countsOf(call, fields)
  const changed = counts.inserted + counts.modified + counts.deleted + counts.upserted.size
  return changed > 0 ? { kind: 'done', counts } : { kind: 'none' }
}

/**
 * Only a plain server error of an operation on one document means that nothing was changed: a write concern error was
 * applied, a bulk or multi-document write may have been applied in part, a lost connection tells nothing.
 */
export function outcomeOfError(call: WriteCall, error: unknown): WriteOutcome {
  const [operation] = call.operations
  const { name } = (error ?? {}) as { name?: unknown }
  if (isUnknownCommand(error)) return { kind: 'none' }
  const single = call.operations.length === 1 && operation?.many === false && call.method !== 'bulkWrite'
  const refused = single && call.method !== 'insertMany' && name === 'MongoServerError' && !isRetryable(error)
  return refused ? { kind: 'none' } : { kind: 'unknown', isPending: mayStillLand(error) }
}

/** Whether the driver's result tells of any document that the write found, even if it left it as it was. */
export function metDocuments(call: WriteCall, result: unknown): boolean {
  const fields = (result ?? {}) as Fields
  if (call.method.startsWith('findOneAnd')) return outcomeOfFindAndModify(call, fields).kind !== 'none'
  const { matched, deleted } = countsOf(call, fields)
  return matched + deleted > 0
}

function outcomeOfFindAndModify(call: WriteCall, response: Fields): WriteOutcome {
  const { value, lastErrorObject } = response
  const { n, upserted } = (lastErrorObject ?? {}) as Fields
  if (upserted !== undefined) {
    const counts = { inserted: 0, matched: 0, modified: 0, deleted: 0, upserted: new Map([[0, upserted]]) }
    return { kind: 'done', counts }
  }
  if (value === null || value === undefined) return n === 0 || n === undefined ? { kind: 'none' } : done
  const isAfter = call.options.returnDocument === 'after'
  return { kind: 'found', document: value as Fields, isAfter }
}

function countsOf(call: WriteCall, result: Fields): WriteCounts {
  const upserted = new Map<number, unknown>()
  for (const [index, id] of Object.entries((result.upsertedIds ?? {}) as Fields))
    upserted.set(Number(index), id)
  if (typeof result.upsertedCount === 'number' && result.upsertedCount > 0 && upserted.size === 0) {
    upserted.set(0, result.upsertedId)
  }
  return {
    inserted: call.method === 'insertOne' ? 1 : numberOf(result.insertedCount),
    matched: numberOf(result.matchedCount),
    modified: numberOf(result.modifiedCount),
    deleted: numberOf(result.deletedCount),
    upserted,
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
