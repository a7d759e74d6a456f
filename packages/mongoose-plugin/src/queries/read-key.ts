import { createHash } from 'node:crypto'

import { defineKey } from '@vidnest/cache-core'

import {
  type Bson,
  databaseOf,
  type MongooseCollection,
  nativeCollection,
} from '../interception/mongoose-like.ts'
import type { Fields } from '../writes/write-operation.ts'
import type { ReadCall } from './read-call.ts'

/** Options that decide on the result; the others are about how it is got. */
const decisive = [
  'projection',
  'sort',
  'skip',
  'limit',
  'collation',
  'hint',
  'min',
  'max',
  'returnKey',
  'showRecordId',
  'readConcern',
  'let',
] as const

/**
 * The key of a read: its filter and options as typed BSON, in their order, so that it is another key for another type,
 * order, collation or server. So it is for other tags of the caller, since an entry has those of who stored it. @throws for what BSON cannot express.
 */
export function readKey(
  collection: MongooseCollection,
  read: ReadCall,
  { bson, tags }: { readonly bson: Bson; readonly tags: readonly string[] },
): string {
  const { method, filter, options, field, pipeline } = read
  const { readConcern, bsonOptions } = nativeCollection(collection)
  const chosen: Record<string, unknown> = {}
  for (const name of decisive) {
    if (options[name] !== undefined && options[name] !== null) chosen[name] = options[name]
  }
  chosen.readConcern ??= readConcern
  const ignoreUndefined =
    options.ignoreUndefined ?? (bsonOptions as Fields | undefined)?.ignoreUndefined ?? false
  const described = { filter, field, pipeline, options: chosen, tags, server: serverOf(collection) }
  const bytes = bson.serialize(withoutUndefined(described), { ignoreUndefined })
  const hash = createHash('sha256').update(bytes).digest('base64url')
  const key = defineKey('mongo:{db}:{collection}:{method}:{hash}')
  return key.build({ db: databaseOf(collection), collection: collection.collectionName, method, hash })
}

/** Two connections may have databases of one name. */
function serverOf({ conn }: MongooseCollection): readonly string[] {
  const { srvHost, hosts = [] } = conn.client?.options ?? {}
  return srvHost === undefined ? hosts.map(String).toSorted() : [srvHost]
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
