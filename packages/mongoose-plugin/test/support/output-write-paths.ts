import type mongoose from 'mongoose'

import type { VideoWorld } from './video-world.ts'
import { toB, type WritePath } from './write-path.ts'

/** The target video in category B, as a pipeline. */
const moved = (): mongoose.PipelineStage[] => [{ $match: { slug: 'target' } }, { $set: toB() }]

/** A collection without the plugin that holds one video more. */
async function stagingOf(connection: mongoose.Connection): Promise<mongoose.Collection> {
  const staging = connection.collection('staging')
  await staging.deleteMany({})
  await staging.insertOne({ title: 'staged', ...toB() } as never)
  return staging
}

/** Pipelines that end in `$merge` or `$out`, whose target is another collection object than the one that is asked. */
export const outputPaths: readonly Omit<WritePath, 'outsideTransactions'>[] = [
  {
    name: 'aggregate with $merge',
    write: ({ Video }) => Video.aggregate([...moved(), { $merge: { into: 'videos' } }]),
  },
  { name: 'aggregate with $out', write: ({ Video }) => Video.aggregate([...moved(), { $out: 'videos' }]) },
  {
    name: 'cursor of an aggregate with $merge',
    write: ({ Video }) =>
      Video.aggregate([...moved(), { $merge: 'videos' }] as never)
        .cursor()
        .next(),
  },
  {
    name: 'raw aggregate with $merge',
    write: ({ Video }) => Video.collection.aggregate([...moved(), { $merge: 'videos' }]).toArray(),
  },
  {
    name: '$merge from a collection without the plugin',
    write: async ({ connection }) => {
      const staging = await stagingOf(connection)
      return staging.aggregate([{ $merge: { into: 'videos' } }]).toArray()
    },
  },
  {
    name: '$merge from another database',
    write: async ({ connection }: VideoWorld) => {
      const other = connection.useDb(`${connection.name}_other`, { useCache: true })
      const staging = await stagingOf(other)
      await staging.aggregate([{ $merge: { into: { db: connection.name, coll: 'videos' } } }]).toArray()
      await other.dropDatabase()
    },
  },
  {
    name: '$out from another database',
    write: async ({ connection }: VideoWorld) => {
      const other = connection.useDb(`${connection.name}_other`, { useCache: true })
      const staging = await stagingOf(other)
      await staging.aggregate([{ $out: { db: connection.name, coll: 'videos' } }]).toArray()
      await other.dropDatabase()
    },
  },
]
