import { type Bson, databaseOf, nativeCollection } from '../interception/mongoose-like.ts'
import type { Fields } from '../writes/write-operation.ts'
import { bypassReason } from './bypass.ts'
import type { CachedSource } from './cached-source.ts'
import { dependenciesOf, tagsOfDocuments } from './dependencies.ts'
import type { BypassReason } from './explanation.ts'
import { decodeResult, fetchResult } from './fetch-result.ts'
import { joinDocuments, rawDocumentsCodec, splitDocuments } from './raw-documents.ts'
import type { CollectionReads, ReadCall } from './read-call.ts'
import { readKey } from './read-key.ts'

/** A read that can be answered from the cache. */
export interface CacheableRead {
  readonly bson: Bson
  readonly key: string
  readonly tags: readonly string[]
  readonly ofDocuments: boolean
}

const defaultPolicy = { ttl: '5m', jitter: 0.1 } as const

/** What the cache has to know of a read, or why it has to go to MongoDB. */
export async function planRead(source: CachedSource, read: ReadCall): Promise<CacheableRead | BypassReason> {
  const { state, request } = source
  const reason = bypassReason(state, read)
  if (reason !== undefined) return reason
  const dependencies = await dependenciesOf(source, read)
  if (dependencies === undefined) return 'untracked'
  const bson = state.collection.conn.base?.mongo?.BSON
  if (bson === undefined) return 'unkeyable'
  try {
    const own = [...new Set(request.options.tags)].toSorted()
    const key = readKey(state.collection, read, { bson, tags: own })
    const { ofDocuments, tags } = dependencies
    return { bson, key, ofDocuments, tags: [...new Set([...tags, ...own])] }
  } catch {
    return 'unkeyable'
  }
}

/** The result of a read from the cache, or else from MongoDB and then stored. */
export async function readThrough(
  source: CachedSource,
  read: ReadCall,
  planned: CacheableRead,
): Promise<unknown> {
  const { state, request } = source
  const { bson } = planned
  const { options, registration } = request
  const bytes = await registration.cache.getOrSet<Uint8Array>(
    planned.key,
    async (context) => {
      const documents = await fetchResult(state.collection as unknown as CollectionReads, read, bson)
      if (options.ttl !== undefined) context.ttl(options.ttl)
      const found = foundTags(source, planned, documents)
      if (found.length > 0) context.tags(found)
      return joinDocuments(documents)
    },
    storing(source, planned),
  )
  const decoding = decodingOptions(source, read)
  const documents = splitDocuments(bytes).map((document) => bson.deserialize(document, decoding))
  return decodeResult(read.method, documents)
}

/** What is stored for a read at this moment, or `undefined`. Counts as a miss in the statistics when there is nothing. */
export async function peek(source: CachedSource, planned: CacheableRead): Promise<Uint8Array | undefined> {
  let missed = false
  const bytes = await source.request.registration.cache.getOrSet<Uint8Array>(
    planned.key,
    (context) => {
      missed = true
      return context.skip(joinDocuments([]), { shared: false })
    },
    storing(source, planned),
  )
  return missed ? undefined : bytes
}

/** The tags of the documents that were found. */
export function foundTags(
  { state }: CachedSource,
  { bson, ofDocuments }: CacheableRead,
  documents: readonly Uint8Array[],
): string[] {
  if (!ofDocuments) return []
  const ids = documents.map((document) => bson.deserialize(document)._id)
  return tagsOfDocuments(ids, state.tags(databaseOf(state.collection)))
}

function storing({ request: { options, registration } }: CachedSource, { tags }: CacheableRead) {
  const policy = options.policy ?? registration.options.policy ?? defaultPolicy
  return { policy, tags, codec: rawDocumentsCodec }
}

const decodingNames = [
  'useBigInt64',
  'promoteLongs',
  'promoteValues',
  'promoteBuffers',
  'bsonRegExp',
  'enableUtf8Validation',
] as const

/** How the driver would decode the documents for this call. */
function decodingOptions({ state }: CachedSource, { options }: ReadCall): Fields {
  const ofCollection = nativeCollection(state.collection).bsonOptions as Fields | undefined
  const decoding: Record<string, unknown> = {}
  for (const name of decodingNames) {
    const chosen = options[name] ?? ofCollection?.[name]
    if (chosen !== undefined) decoding[name] = chosen
  }
  return decoding
}
