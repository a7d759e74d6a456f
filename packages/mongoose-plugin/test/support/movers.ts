import type { mongo } from 'mongoose'

import type { MoverWorld, Place } from './mover-world.ts'

/** In the place of a value: the field is taken away. */
export const absent = Symbol('absent')

/** What a mover does to the watched fields. */
export type Move = Readonly<Record<string, unknown>>

/** One move of one document by one of the ways to write. */
export interface MoveCall {
  readonly id: mongo.ObjectId
  readonly move: Move
  /** Goes into the document, so that the history tells which write it was. */
  readonly marker: string
}

export type Mover = (world: MoverWorld, call: MoveCall) => Promise<unknown>

/** The update that makes the move. */
export function updateOf({ move, marker }: Pick<MoveCall, 'move' | 'marker'>) {
  const set: Record<string, unknown> = { marker }
  const unset: Record<string, 1> = {}
  for (const [field, value] of Object.entries(move)) {
    if (value === absent) unset[field] = 1
    else set[field] = value
  }
  return { $set: set, ...(Object.keys(unset).length > 0 && { $unset: unset }) }
}

function replacementOf({ move, marker }: MoveCall): Place & { slug: string; marker: string } {
  const kept = Object.entries(move).filter(([, value]) => value !== absent)
  return { slug: 'target', marker, ...Object.fromEntries(kept) }
}

const bySlug = { slug: 'target' }
const ignoringCase = { locale: 'en', strength: 2 } as const

/** Ways to write whose values a guard makes exact. */
export const guardedMovers: Readonly<Record<string, Mover>> = {
  updateOne: ({ Video }, call) => Video.updateOne({ _id: call.id }, updateOf(call)),
  'updateOne by filter': ({ Video }, call) => Video.updateOne(bySlug, updateOf(call)),
  'raw updateOne': ({ Video }, call) => Video.collection.updateOne({ _id: call.id }, updateOf(call)),
  updateMany: ({ Video }, call) => Video.updateMany(bySlug, updateOf(call)),
  'updateMany by ids': ({ Video }, call) => Video.updateMany({ _id: { $in: [call.id] } }, updateOf(call)),
  replaceOne: ({ Video }, call) => Video.replaceOne({ _id: call.id }, replacementOf(call)),
  'findOneAndUpdate that cuts': ({ Video }, call) =>
    Video.findOneAndUpdate(bySlug, updateOf(call), { projection: { slug: 1 } }),
  'findOneAndUpdate that returns the new document': ({ Video }, call) =>
    Video.findOneAndUpdate({ _id: call.id }, updateOf(call), { returnDocument: 'after' }),
  save: async ({ Video }, { id, move, marker }) => {
    const video = await Video.findById(id).orFail()
    for (const [field, value] of Object.entries(move)) {
      video.set(field, value === absent ? undefined : value)
      video.markModified(field)
    }
    await video.set({ marker }).save()
  },
  bulkWrite: ({ Video }, call) =>
    Video.bulkWrite([{ updateOne: { filter: bySlug, update: updateOf(call) } }]),
  'bulkWrite that replaces': ({ Video }, call) =>
    Video.bulkWrite([{ replaceOne: { filter: { _id: call.id }, replacement: replacementOf(call) } }]),
}

/** Ways to write that are exact without a guard. */
export const freeMovers: Readonly<Record<string, Mover>> = {
  findOneAndUpdate: ({ Video }, call) => Video.findOneAndUpdate(bySlug, updateOf(call)),
  findOneAndReplace: ({ Video }, call) => Video.findOneAndReplace({ _id: call.id }, replacementOf(call)),
  "updateOne in the caller's transaction": ({ connection, Video }, call) =>
    connection.transaction((session) => Video.updateOne(bySlug, updateOf(call), { session })),
}

/** Ways to write that a guard cannot prove. */
export const unguardedMovers: Readonly<Record<string, Mover>> = {
  'updateOne under a collation': ({ Video }, call) =>
    Video.updateOne({ _id: call.id }, updateOf(call), { collation: ignoringCase }),
  'updateOne that would insert': ({ Video }, call) =>
    Video.updateOne({ _id: call.id }, updateOf(call), { upsert: true }),
  'updateOne with a pipeline': ({ Video }, { id, move, marker }) => {
    const set = Object.entries<unknown>({ ...move, marker }).map(([field, value]) => [
      field,
      value === absent ? '$$REMOVE' : { $literal: value },
    ])
    return Video.collection.updateOne({ _id: id }, [{ $set: Object.fromEntries(set) }])
  },
  'bulkWrite of two steps': ({ Video }, call) =>
    Video.bulkWrite([
      { updateOne: { filter: bySlug, update: { $set: { slug: 'moving', marker: call.marker } } } },
      { updateOne: { filter: { slug: 'moving' }, update: { $set: { ...updateOf(call).$set, ...bySlug } } } },
    ]),
}
