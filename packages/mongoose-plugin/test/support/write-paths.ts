import { nestedPaths } from './nested-write-paths.ts'
import { outputPaths } from './output-write-paths.ts'
import { rawPaths } from './raw-write-paths.ts'
import { toB, type WritePath } from './write-path.ts'

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
  {
    name: 'save() without hooks',
    write: (_, video) => video.set(toB()).save({ middleware: false } as object),
  },
  { name: 'save() that unsets', write: (_, video) => video.set({ category: undefined }).save() },
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
    name: 'updateMany that inserts',
    write: ({ Video }) => Video.updateMany({ slug: 'up' }, toB(), { upsert: true }),
  },
  {
    name: 'updateMany that a unique index stops',
    outsideTransactions: true,
    write: ({ Video }) => Video.updateMany({ category: 'A' }, { slug: 'same', ...toB() }).catch(() => {}),
  },
  {
    name: 'updateOne that renames a field',
    write: ({ Video }, { _id }) => Video.updateOne({ _id }, { $rename: { slug: 'category' } }),
  },
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
  {
    name: 'findOneAndReplace that inserts',
    write: ({ Video }) =>
      Video.findOneAndReplace({ slug: 'up' }, { title: 'up', ...toB() }, { upsert: true }),
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
    name: 'insertMany that fails in the middle',
    outsideTransactions: true,
    write: ({ Video }) =>
      Video.insertMany([{ title: 'n1', ...toB() }, { slug: 'target' }, { title: 'n2' }]).catch(() => {}),
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
    name: 'unordered bulkWrite that fails in part',
    outsideTransactions: true,
    write: ({ Video }) =>
      Video.bulkWrite(
        [
          { insertOne: { document: { slug: 'target' } } },
          { updateMany: { filter: { category: 'A' }, update: toB() } },
        ],
        { ordered: false },
      ).catch(() => {}),
  },
  {
    name: 'bulkWrite with throwOnValidationError',
    write: ({ Video }, { _id }) =>
      Video.bulkWrite(
        [
          { insertOne: { document: { title: 'x'.repeat(99) } } },
          { updateOne: { filter: { _id }, update: toB() } },
        ],
        { ordered: false, throwOnValidationError: true },
      ).catch(() => {}),
  },
  {
    name: 'bulkWrite that inserts by an upsert',
    write: ({ Video }) =>
      Video.bulkWrite([{ updateOne: { filter: { slug: 'up' }, update: toB(), upsert: true } }]),
  },
  {
    name: 'bulkSave that is incomplete',
    outsideTransactions: true,
    write: ({ Video }, video) =>
      Video.bulkSave([video.set(toB()), new Video({ slug: 'target' })]).catch(() => {}),
  },
  {
    name: 'bulkSave',
    write: ({ Video }, video) => Video.bulkSave([video.set(toB()), new Video({ title: 'new' })]),
  },
]

/** Every way to write through a model that the plugin promises to see. */
export const writePaths: readonly WritePath[] = [
  ...documentPaths,
  ...updatePaths,
  ...findAndModifyPaths,
  ...deletePaths,
  ...bulkPaths,
  ...nestedPaths,
  ...[...rawPaths, ...outputPaths].map((path) => ({ ...path, outsideTransactions: true })),
]
