import type mongoose from 'mongoose'

import type { VideoFields, VideoWorld } from './video-world.ts'

/** A video of category A, the one that most write paths change. */
export type TargetVideo = mongoose.HydratedDocument<VideoFields>

/** One way to write. A write that rejects by design catches its own error. */
export interface WritePath {
  readonly name: string
  /** Whether it cannot be part of a transaction that Mongoose finds in its async storage. */
  readonly outsideTransactions?: boolean
  write(world: VideoWorld, video: TargetVideo): Promise<unknown>
}

/** A new object each time: Mongoose changes the updates that it is given. */
const toB = () => ({ category: 'B' })

const documentPaths: WritePath[] = [
  { name: 'new document, save()', write: ({ Video }) => new Video({ title: 'new', category: 'A' }).save() },
  { name: 'Model.create', write: ({ Video }) => Video.create({ title: 'new', category: 'A' }) },
  {
    name: 'Model.create of several',
    write: ({ Video }) => Video.create([{ title: 'n1', ...toB() }, { title: 'n2' }], { ordered: true }),
  },
  { name: 'Model.insertOne', write: ({ Video }) => Video.insertOne({ title: 'new', category: 'A' }) },
  { name: 'save() of a new title', write: (_, video) => video.set({ title: 'new' }).save() },
  { name: 'save() into another category', write: (_, video) => video.set(toB()).save() },
  { name: 'save() that unsets', write: (_, video) => video.set({ category: undefined }).save() },
  {
    name: 'save() of a subdocument',
    write: (_, video) => {
      video.chapters?.push({ name: 'two', seconds: 2 })
      return video.save()
    },
  },
  { name: 'document.updateOne', write: (_, video) => video.updateOne(toB()) },
  {
    name: 'document.replaceOne',
    write: (_, video) => video.replaceOne({ title: 'replaced', category: 'B' }),
  },
  { name: 'document.deleteOne', write: (_, video) => video.deleteOne() },
]

const updatePaths: WritePath[] = [
  { name: 'updateOne by id', write: ({ Video }, { _id }) => Video.updateOne({ _id }, toB()) },
  {
    name: 'updateOne of a title by id',
    write: ({ Video }, { _id }) => Video.updateOne({ _id }, { title: 'new' }),
  },
  { name: 'updateOne by filter', write: ({ Video }) => Video.updateOne({ slug: 'target' }, toB()) },
  {
    name: 'updateOne by a filter that finds several',
    write: ({ Video }) => Video.updateOne({ category: 'A' }, toB()),
  },
  {
    name: 'updateOne with $unset',
    write: ({ Video }, { _id }) => Video.updateOne({ _id }, { $unset: { category: 1 } }),
  },
  {
    name: 'updateOne with array filters',
    write: ({ Video }, { _id }) => {
      const options = { arrayFilters: [{ 'c.seconds': 1 }] }
      return Video.updateOne({ _id }, { $set: { 'chapters.$[c].name': 'renamed' } }, options)
    },
  },
  {
    name: 'updateOne with a position',
    write: ({ Video }, { _id }) =>
      Video.updateOne({ _id, 'chapters.seconds': 1 }, { $set: { 'chapters.$.name': 'renamed', ...toB() } }),
  },
  {
    name: 'updateOne with a pipeline',
    write: ({ Video }, { _id }) => {
      const pipeline = [{ $set: { category: { $concat: ['B', ''] } } }]
      return Video.updateOne({ _id }, pipeline, { updatePipeline: true } as object)
    },
  },
  {
    name: 'updateOne that inserts',
    write: ({ Video }) => Video.updateOne({ slug: 'up' }, toB(), { upsert: true }),
  },
  { name: 'updateMany', write: ({ Video }) => Video.updateMany({ category: 'A' }, toB()) },
  {
    name: 'updateMany of titles',
    write: ({ Video }) => Video.updateMany({ category: 'A' }, { title: 'new' }),
  },
  {
    name: 'updateMany without hooks',
    write: ({ Video }) => Video.updateMany({ category: 'A' }, toB(), { middleware: false } as object),
  },
  {
    name: 'replaceOne by id',
    write: ({ Video }, { _id }) => Video.replaceOne({ _id }, { title: 'replaced', ...toB() }),
  },
  {
    name: 'replaceOne by filter',
    write: ({ Video }) => Video.replaceOne({ slug: 'target' }, { title: 'replaced', ...toB() }),
  },
  {
    name: 'replaceOne that inserts',
    write: ({ Video }) => Video.replaceOne({ slug: 'up' }, { title: 'up', ...toB() }, { upsert: true }),
  },
]

const findAndModifyPaths: WritePath[] = [
  { name: 'findOneAndUpdate', write: ({ Video }) => Video.findOneAndUpdate({ slug: 'target' }, toB()) },
  {
    name: 'findOneAndUpdate with projection, lean and sort',
    write: ({ Video }) =>
      Video.findOneAndUpdate({ category: 'A' }, toB(), { projection: { title: 1 } })
        .sort({ title: -1 })
        .lean(),
  },
  {
    name: 'findOneAndUpdate that returns the new document',
    write: ({ Video }) => Video.findOneAndUpdate({ slug: 'target' }, toB(), { returnDocument: 'after' }),
  },
  {
    name: 'findOneAndUpdate that inserts',
    write: ({ Video }) => Video.findOneAndUpdate({ slug: 'up' }, { title: 'up', ...toB() }, { upsert: true }),
  },
  { name: 'findByIdAndUpdate', write: ({ Video }, { _id }) => Video.findByIdAndUpdate(_id, toB()) },
  {
    name: 'findByIdAndUpdate with metadata',
    write: ({ Video }, { _id }) =>
      Video.findByIdAndUpdate(_id, { title: 'new' }, { includeResultMetadata: true }),
  },
  {
    name: 'findOneAndReplace',
    write: ({ Video }) => Video.findOneAndReplace({ slug: 'target' }, { title: 'replaced', ...toB() }),
  },
  { name: 'findOneAndDelete', write: ({ Video }) => Video.findOneAndDelete({ slug: 'target' }) },
  {
    name: 'findOneAndDelete that hides the id',
    write: ({ Video }) => Video.findOneAndDelete({ slug: 'target' }, { projection: { _id: 0, title: 1 } }),
  },
  { name: 'findByIdAndDelete', write: ({ Video }, { _id }) => Video.findByIdAndDelete(_id) },
]

const deletePaths: WritePath[] = [
  { name: 'deleteOne by id', write: ({ Video }, { _id }) => Video.deleteOne({ _id }) },
  { name: 'deleteOne by filter', write: ({ Video }) => Video.deleteOne({ slug: 'target' }) },
  { name: 'deleteMany', write: ({ Video }) => Video.deleteMany({ category: 'A' }) },
]

const bulkPaths: WritePath[] = [
  {
    name: 'insertMany',
    write: ({ Video }) =>
      Video.insertMany([
        { title: 'n1', ...toB() },
        { title: 'n2', ...toB() },
      ]),
  },
  {
    name: 'insertMany with rawResult',
    write: ({ Video }) => Video.insertMany([{ title: 'n1', ...toB() }], { rawResult: true }),
  },
  {
    name: 'insertMany with lean',
    write: ({ Video }) => Video.insertMany([{ title: 'n1', ...toB() }], { lean: true }),
  },
  {
    name: 'insertMany that fails on a duplicate',
    outsideTransactions: true,
    write: ({ Video }) =>
      Video.insertMany([{ title: 'n1', ...toB() }, { slug: 'target' }, { title: 'n2', ...toB() }], {
        ordered: false,
      }).catch(() => {}),
  },
  {
    name: 'insertMany with throwOnValidationError',
    write: ({ Video }) => {
      const options = { ordered: false, throwOnValidationError: true }
      return Video.insertMany([{ title: 'n1', ...toB() }, { title: 'x'.repeat(99) }], options).catch(() => {})
    },
  },
  {
    name: 'bulkWrite by id',
    write: ({ Video }, { _id }) => Video.bulkWrite([{ updateOne: { filter: { _id }, update: toB() } }]),
  },
  {
    name: 'bulkWrite by filters, each of which feeds the next',
    write: ({ Video }) =>
      Video.bulkWrite([
        { insertOne: { document: { title: 'new', category: 'A' } } },
        { updateMany: { filter: { category: 'A' }, update: { category: 'C' } } },
        { updateMany: { filter: { category: 'C' }, update: toB() } },
        { deleteOne: { filter: { slug: 'target' } } },
      ]),
  },
  {
    name: 'bulkWrite that fails halfway',
    outsideTransactions: true,
    write: ({ Video }, { _id }) =>
      Video.bulkWrite([
        { updateOne: { filter: { _id }, update: toB() } },
        { insertOne: { document: { slug: 'target' } } },
        { deleteOne: { filter: { _id } } },
      ]).catch(() => {}),
  },
  {
    name: 'bulkSave',
    write: ({ Video }, video) => Video.bulkSave([video.set(toB()), new Video({ title: 'new' })]),
  },
]

const rawPaths: Omit<WritePath, 'outsideTransactions'>[] = [
  {
    name: 'raw insertOne',
    write: ({ Video }) => Video.collection.insertOne({ title: 'new', ...toB() } as never),
  },
  {
    name: 'raw insertMany',
    write: ({ Video }) => Video.collection.insertMany([{ title: 'new', ...toB() }] as never[]),
  },
  {
    name: 'raw updateOne',
    write: ({ Video }) => Video.collection.updateOne({ slug: 'target' }, { $set: toB() }),
  },
  {
    name: 'raw updateMany',
    write: ({ Video }) => Video.collection.updateMany({ category: 'A' }, { $set: toB() }),
  },
  {
    name: 'raw replaceOne',
    write: ({ Video }) => Video.collection.replaceOne({ slug: 'target' }, toB() as never),
  },
  {
    name: 'raw findOneAndUpdate',
    write: ({ Video }) => Video.collection.findOneAndUpdate({ slug: 'target' }, { $set: toB() }),
  },
  { name: 'raw deleteMany', write: ({ Video }) => Video.collection.deleteMany({}) },
  {
    name: 'raw bulkWrite',
    write: ({ Video }) =>
      Video.collection.bulkWrite([{ updateOne: { filter: { slug: 'target' }, update: { $set: toB() } } }]),
  },
  {
    name: 'raw bulk builder',
    write: async ({ Video }) => {
      const builder = Video.collection.initializeOrderedBulkOp()
      builder.find({ slug: 'target' }).updateOne({ $set: toB() })
      return builder.execute()
    },
  },
  { name: 'raw drop', write: ({ Video }) => Video.collection.drop() },
]

/** Every way to write through a model that the plugin promises to see. */
export const writePaths: readonly WritePath[] = [
  ...documentPaths,
  ...updatePaths,
  ...findAndModifyPaths,
  ...deletePaths,
  ...bulkPaths,
  ...rawPaths.map((path) => ({ ...path, outsideTransactions: true })),
]
