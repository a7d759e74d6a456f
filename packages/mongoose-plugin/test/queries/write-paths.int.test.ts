import type mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { CacheQueryHelpers, CacheStatics } from '../../src/index.ts'
import { openVideoWorld, type VideoFields, type VideoWorld } from '../support/video-world.ts'
import type { WritePath } from '../support/write-path.ts'
import { writePaths } from '../support/write-paths.ts'

type CachedVideo = mongoose.Model<VideoFields, CacheQueryHelpers> & CacheStatics

/** Finds by id, by filter, of all, of none, counted and aggregated: cached or not. */
async function answers(world: VideoWorld, id: mongoose.Types.ObjectId, cached: boolean): Promise<unknown[]> {
  const Video = world.Video as unknown as CachedVideo
  const wish = cached ? {} : false
  const pipeline: mongoose.PipelineStage[] = [
    { $group: { _id: '$category', titles: { $push: '$title' } } },
    { $sort: { _id: 1 } },
  ]
  return Promise.all([
    Video.findById(id).lean().cache(wish),
    ...['A', 'B', 'C'].map((category) => Video.find({ category }).sort({ _id: 1 }).lean().cache(wish)),
    Video.find().sort({ _id: 1 }).select('-_id title chapters').lean().cache(wish),
    Video.findOne({ category: null }).sort({ _id: 1 }).lean().cache(wish),
    Video.countDocuments({ category: 'A' }).cache(wish),
    Video.distinct('title').cache(wish),
    cached ? Video.cachedAggregate(pipeline) : Video.aggregate(pipeline),
  ])
}

async function writeAndRead(world: VideoWorld, path: WritePath, inTransaction: boolean) {
  const { Video } = world
  await Video.deleteMany({})
  const chapters = [{ name: 'one', seconds: 1 }]
  const video = await Video.create({ title: 'target', category: 'A', slug: 'target', views: 1, chapters })
  await Video.create([
    { title: 'other', category: 'A' },
    { title: 'in C', category: 'C' },
  ])
  const before = await answers(world, video._id, true)
  if (inTransaction) await world.connection.transaction(() => path.write(world, video))
  else await path.write(world, video)
  const stored = await answers(world, video._id, false)
  return { before, cached: await answers(world, video._id, true), stored }
}

describe.each(['guarded', 'read', 'off'] as const)(
  "with images: '%s' every cached query is right",
  (images) => {
    let world: VideoWorld
    beforeAll(async () => {
      world = await openVideoWorld({ plugin: { images, watch: [], invalidate: () => [] } })
    })
    afterAll(() => world.close())

    it.each(writePaths)('after $name', async (path) => {
      const { before, cached, stored } = await writeAndRead(world, path, false)
      expect(cached).toEqual(stored)
      expect(cached).not.toEqual(before)
    })

    it.each(writePaths.filter((path) => path.outsideTransactions !== true))(
      'after the commit of $name',
      async (path) => {
        const { before, cached, stored } = await writeAndRead(world, path, true)
        expect(cached).toEqual(stored)
        expect(cached).not.toEqual(before)
      },
    )
  },
)
