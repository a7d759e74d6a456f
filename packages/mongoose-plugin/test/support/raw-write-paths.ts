import { toB, type WritePath } from './write-path.ts'

/** Writes through `Model.collection`, which takes no session from Mongoose. */
export const rawPaths: readonly Omit<WritePath, 'outsideTransactions'>[] = [
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
  {
    name: 'raw findOneAndReplace',
    write: ({ Video }) => Video.collection.findOneAndReplace({ slug: 'target' }, toB() as never),
  },
  {
    name: 'raw findOneAndDelete',
    write: ({ Video }) => Video.collection.findOneAndDelete({ slug: 'target' }),
  },
  {
    name: 'raw updateOne with a pipeline that inserts',
    write: ({ Video }) => Video.collection.updateOne({ slug: 'up' }, [{ $set: toB() }], { upsert: true }),
  },
  { name: 'raw deleteOne', write: ({ Video }) => Video.collection.deleteOne({ slug: 'target' }) },
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
  {
    name: 'raw unordered bulk builder',
    write: async ({ Video }) => {
      const builder = Video.collection.initializeUnorderedBulkOp()
      builder.find({ slug: 'target' }).delete()
      return builder.execute()
    },
  },
  { name: 'raw drop', write: ({ Video }) => Video.collection.drop() },
]
