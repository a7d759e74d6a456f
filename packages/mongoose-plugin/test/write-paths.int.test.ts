import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openVideoWorld, textOf, type VideoWorld } from './support/video-world.ts'
import type { WritePath } from './support/write-path.ts'
import { writePaths } from './support/write-paths.ts'

const categories = ['A', 'B', 'C', 'undefined']

interface Reading {
  readonly cached: unknown
  readonly stored: unknown
}

/** Fills every cached read, writes, and reads again: through the cache and from the database. */
async function writeAndRead(world: VideoWorld, path: WritePath, inTransaction: boolean): Promise<Reading> {
  const { Video } = world
  await Video.deleteMany({})
  await world.cache.invalidate('all')
  const chapters = [{ name: 'one', seconds: 1 }]
  const video = await Video.create({ title: 'target', category: 'A', slug: 'target', views: 1, chapters })
  await Video.create([
    { title: 'other', category: 'A' },
    { title: 'in C', category: 'C' },
  ])
  const id = video._id
  const cached = async () => ({
    video: await world.video(id),
    lists: await Promise.all(categories.map(world.list)),
  })
  await cached()

  if (inTransaction) await world.connection.transaction(() => path.write(world, video))
  else await path.write(world, video)

  const stored = {
    video: await textOf(Video, { _id: id }),
    lists: await Promise.all(categories.map(world.truth)),
  }
  return { cached: await cached(), stored }
}

const inTransactions = writePaths.filter((path) => path.outsideTransactions !== true)

describe.each([
  ['guarded', 'default'],
  ['transaction', 'default'],
  ['read', 'default'],
  ['guarded', 'strict'],
  ['transaction', 'strict'],
] as const)(
  "with images: '%s' and consistency: '%s' every cached read is right once the call has resolved",
  (images, consistency) => {
    let world: VideoWorld
    beforeAll(async () => {
      world = await openVideoWorld({ plugin: { images, consistency } })
    })
    afterAll(() => world.close())

    it.each(writePaths)('after $name', async (path) => {
      const { cached, stored } = await writeAndRead(world, path, false)
      expect(cached).toEqual(stored)
    })

    it.each(inTransactions)('after the commit of $name', async (path) => {
      const { cached, stored } = await writeAndRead(world, path, true)
      expect(cached).toEqual(stored)
    })
  },
)

describe('without the plugin a cached read is stale', () => {
  let world: VideoWorld
  beforeAll(async () => {
    world = await openVideoWorld({ plugin: false })
  })
  afterAll(() => world.close())

  it.each(writePaths)('after $name', async (path) => {
    const { cached, stored } = await writeAndRead(world, path, false)
    expect(cached).not.toEqual(stored)
  })

  it.each(inTransactions)('after the commit of $name', async (path) => {
    const { cached, stored } = await writeAndRead(world, path, true)
    expect(cached).not.toEqual(stored)
  })
})
