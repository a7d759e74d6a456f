import { CacheConfigError, type CounterBatch, type CounterSink } from '@vidnest/cache-core'

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
}

interface CounterCollection {
  bulkWrite(operations: readonly unknown[], options: Fields): Promise<unknown>
  updateOne(filter: Fields, update: Fields, options: Fields): Promise<unknown>
  findOne(filter: Fields, options: Fields): Promise<Fields | null>
}

const chunkSize = 1000
const majority = { w: 'majority' }

/**
 * A sink that adds counts to `field` of the model's documents; `params.id` of a counter is the document's `_id`. It may
 * be given a batch any number of times: each document remembers, under `_counters.<field>.<shard>`, the last batch that
 * it got. Counts of documents that are gone are dropped. Its writes are not seen by the cache plugin.
 * @throws {CacheConfigError} when `field` is not a path.
 */
export function mongoCounterSink(
  model: CounterModel,
  field: string,
  { stateCollection = 'counter_batches' }: MongoCounterSinkOptions = {},
): CounterSink {
  if (!/^[^.$][^$]*$/.test(field)) throw new CacheConfigError('field', 'must be a path of the model')
  const documents = (): CounterCollection =>
    nativeCollection(model.collection) as unknown as CounterCollection
  const states = (): CounterCollection => {
    const { db } = model.collection.conn
    if (db === undefined) throw new Error('the connection is not open')
    return db.collection(stateCollection) as unknown as CounterCollection
  }
  const stateId = (shard: string): string => `${model.collection.collectionName}.${field}:${shard}`

  return {
    async apply(batch) {
      const operations = operationsOf(model, field, batch)
      for (let start = 0; start < operations.length; start += chunkSize) {
        const chunk = operations.slice(start, start + chunkSize)
        const options = { ordered: false, writeConcern: majority }
        await asSeenWrite(() => documents().bulkWrite(chunk, options))
      }
      const applied = { $max: { applied: batch.id } }
      await states().updateOne({ _id: stateId(batch.shard) }, applied, {
        upsert: true,
        writeConcern: majority,
      })
    },
    async lastApplied(shard) {
      const options = { readConcern: { level: 'majority' }, readPreference: 'primary' }
      const state = await states().findOne({ _id: stateId(shard) }, options)
      return typeof state?.applied === 'number' ? state.applied : 0
    },
  }
}

function operationsOf(model: CounterModel, field: string, { shard, id, deltas }: CounterBatch): unknown[] {
  const guard = `${guardField}.${fieldName(field)}.${fieldName(shard)}`
  return deltas.flatMap(({ params, delta }) => {
    const documentId = castId(model, params.id)
    if (documentId === undefined || delta === 0) return []
    const filter = { _id: documentId, [guard]: { $not: { $gte: id } } }
    return [{ updateOne: { filter, update: { $inc: { [field]: delta }, $set: { [guard]: id } } } }]
  })
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
