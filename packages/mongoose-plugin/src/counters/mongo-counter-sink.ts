import { CacheConfigError, type CounterDelta, type CounterSink } from '@vidnest/cache-core'

import { idKey } from '../images/image-reader.ts'
import { asSeenWrite } from '../interception/seen-writes.ts'
import { type ModelLike, nativeCollection } from '../interception/mongoose-like.ts'
import { guardField } from '../registration.ts'
import type { Fields } from '../writes/write-operation.ts'

/** What is used of the model whose documents hold the counts. */
export interface CounterModel extends ModelLike {
  readonly schema?: ModelLike['schema'] & { path(name: string): unknown }
}

/** Options of {@link mongoCounterSink}. */
export interface MongoCounterSinkOptions {
  /** Collection, in the model's database, that keeps the number of each shard's last batch. @defaultValue `'counter_batches'` */
  readonly stateCollection?: string
  /**
   * Told of a batch some of whose counts have no document, which costs one more read for each chunk of it that did not
   * match whole. A batch that is handed over again is told again. @defaultValue they are dropped in silence
   */
  readonly onDropped?: (dropped: DroppedCounts) => void
}

/** Counts that no document could take. */
export interface DroppedCounts {
  readonly shard: string
  /** How many documents are missing. */
  readonly documents: number
  /** What they would have been counted. */
  readonly sum: number
}

interface CounterCollection {
  bulkWrite(operations: readonly unknown[], options: Fields): Promise<{ readonly matchedCount: number }>
  find(filter: Fields, options: Fields): { toArray(): Promise<Fields[]> }
  updateOne(filter: Fields, update: Fields, options: Fields): Promise<unknown>
  findOne(filter: Fields, options: Fields): Promise<Fields | null>
}

const chunkSize = 1000
const majority = { w: 'majority' }

/**
 * A sink that adds counts to `field` of the model's documents; `params.id` of a counter is the document's `_id`, and
 * counters of one document are added up. It may be given a batch any number of times, in part, late, and by several
 * processes at once: each document remembers, under `_counters.<field>.<shard>`, the last batch that it got. Counts of
 * documents that are gone are dropped. Its writes are not seen by the cache plugin.
 * @throws {CacheConfigError} when `field` is not a path.
 */
export function mongoCounterSink(
  model: CounterModel,
  field: string,
  { stateCollection = 'counter_batches', onDropped }: MongoCounterSinkOptions = {},
): CounterSink {
  if (!/^[^.$]+(\.[^.$]+)*$/.test(field)) throw new CacheConfigError('field', 'must be a path of the model')
  const documents = (): CounterCollection =>
    nativeCollection(model.collection) as unknown as CounterCollection
  const states = (): CounterCollection => {
    const { db } = model.collection.conn
    if (db === undefined) throw new Error('the connection is not open')
    return db.collection(stateCollection) as unknown as CounterCollection
  }
  const stateId = (shard: string): string => `${model.collection.collectionName}.${field}:${shard}`

  return {
    async apply({ shard, id, deltas }) {
      const { sums, impossible } = sumByDocument(model, deltas)
      const missing = [...impossible]
      for (let start = 0; start < sums.length; start += chunkSize) {
        const chunk = sums.slice(start, start + chunkSize)
        const operations = chunk.map((sum) => operationOf(field, { shard, id, sum }))
        const write = () => documents().bulkWrite(operations, { ordered: false, writeConcern: majority })
        const { matchedCount } = await asSeenWrite(write)
        if (onDropped !== undefined && matchedCount < chunk.length) {
          missing.push(...(await withoutDocument(documents(), chunk)))
        }
      }
      const applied = { $max: { applied: id } }
      await states().updateOne({ _id: stateId(shard) }, applied, { upsert: true, writeConcern: majority })
      if (missing.length === 0) return
      onDropped?.({
        shard,
        documents: missing.length,
        sum: missing.reduce((sum, { delta }) => sum + delta, 0),
      })
    },
    async lastApplied(shard) {
      const options = { readConcern: { level: 'majority' }, readPreference: 'primary' }
      const state = await states().findOne({ _id: stateId(shard) }, options)
      return typeof state?.applied === 'number' ? state.applied : 0
    },
  }
}

interface DocumentSum {
  readonly documentId: unknown
  readonly delta: number
}

/** A document takes a batch once, so that all counts for it have to come in one operation. */
function sumByDocument(
  model: CounterModel,
  deltas: readonly CounterDelta[],
): { sums: DocumentSum[]; impossible: DocumentSum[] } {
  const sums = new Map<string, DocumentSum>()
  const impossible: DocumentSum[] = []
  for (const { params, delta } of deltas) {
    const documentId = castId(model, params.id)
    const key = idKey(documentId)
    if (documentId === undefined) impossible.push({ documentId, delta })
    else sums.set(key, { documentId, delta: (sums.get(key)?.delta ?? 0) + delta })
  }
  return { sums: [...sums.values()].filter(({ delta }) => delta !== 0), impossible }
}

function operationOf(
  field: string,
  { shard, id, sum: { documentId, delta } }: { shard: string; id: number; sum: DocumentSum },
): unknown {
  const guard = `${guardField}.${fieldName(field)}.${fieldName(shard)}`
  const filter = { _id: documentId, [guard]: { $not: { $gte: id } } }
  return { updateOne: { filter, update: { $inc: { [field]: delta }, $set: { [guard]: id } } } }
}

/** What did not match either had the batch already, or is gone. */
async function withoutDocument(
  documents: CounterCollection,
  sums: readonly DocumentSum[],
): Promise<DocumentSum[]> {
  const filter = { _id: { $in: sums.map(({ documentId }) => documentId) } }
  const options = { projection: { _id: 1 }, readPreference: 'primary' }
  const there = new Set((await documents.find(filter, options).toArray()).map(({ _id }) => idKey(_id)))
  return sums.filter(({ documentId }) => !there.has(idKey(documentId)))
}

/** Text that may stand as one part of a path. */
function fieldName(text: string): string {
  return text.replace(/[.$%\0]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** The id as the schema stores it; `undefined` for one that no document can have. */
function castId(model: CounterModel, id: string | undefined): unknown {
  const type = model.schema?.path('_id') as { cast?: (value: unknown) => unknown } | undefined
  if (id === undefined || typeof type?.cast !== 'function') return id
  try {
    return type.cast(id)
  } catch {
    return undefined
  }
}
