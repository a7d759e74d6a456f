import type { Bson } from '../interception/mongoose-like.ts'
import type { CollectionReads, ReadCall } from './read-call.ts'

/** Keeps the types of values for which one call's promotion differs from another's. */
const typed = { promoteValues: false, promoteLongs: true, useBigInt64: false, bsonRegExp: true, raw: false }

/**
 * Reads from MongoDB, as BSON documents; a number or a list is wrapped in one. Without the caller's session, which may end
 * before others have got the result.
 */
export async function fetchResult(
  collection: CollectionReads,
  { method, filter, options: { session: _session, ...options }, field = '', pipeline = [] }: ReadCall,
  bson: Bson,
): Promise<readonly Uint8Array[]> {
  const raw = { ...options, raw: true }
  const wrapped = (value: unknown) => [bson.serialize({ value }, { ignoreUndefined: false })]
  switch (method) {
    case 'find':
      return allOf(await collection.find(filter, raw))
    case 'aggregate':
      return allOf(await collection.aggregate(pipeline, raw))
    case 'findOne': {
      const found = (await collection.findOne(filter, raw)) as Uint8Array | null
      return found === null ? [] : [found]
    }
    case 'countDocuments':
      return wrapped(await collection.countDocuments(filter, options))
    case 'estimatedDocumentCount':
      return wrapped(await collection.estimatedDocumentCount(options))
    case 'distinct':
      return wrapped(await collection.distinct(field, filter, { ...options, ...typed }))
  }
}

function allOf(cursor: unknown): Promise<Uint8Array[]> {
  return (cursor as { toArray(): Promise<Uint8Array[]> }).toArray()
}

/** What the driver would have answered, of the documents it sent. */
export function decodeResult(method: ReadCall['method'], documents: readonly object[]): unknown {
  switch (method) {
    case 'find':
    case 'aggregate':
      return documents
    case 'findOne':
      return documents[0] ?? null
    default:
      return (documents[0] as { value?: unknown } | undefined)?.value
  }
}
