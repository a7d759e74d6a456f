import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openVideoWorld, type VideoWorld } from './support/video-world.ts'
import { writePaths } from './support/write-paths.ts'

/** What a call answers or throws, without what differs from call to call. */
async function answerOf(world: VideoWorld, write: (typeof writePaths)[number]['write']): Promise<string> {
  await world.Video.deleteMany({})
  const chapters = [{ name: 'one', seconds: 1 }]
  const video = await world.Video.create({ title: 'target', category: 'A', slug: 'target', chapters })
  const answer = await write(world, video).catch((error: Error) => ({
    error: error.name,
    message: error.message,
  }))
  return (JSON.stringify(answer) ?? 'undefined')
    .replaceAll(world.connection.name, 'db')
    .replaceAll(/[0-9a-f]{24}/g, 'id')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'date')
    .replaceAll(
      /"(operationTime|clusterTime|\$clusterTime|opTime|electionId|signature)":("[^"]*"|\{[^}]*\}+)/g,
      '',
    )
}

describe.each(['guarded', 'transaction', 'read'] as const)("with images: '%s'", (images) => {
  let plugged: VideoWorld
  let plain: VideoWorld
  beforeAll(async () => {
    plugged = await openVideoWorld({ plugin: { images } })
    plain = await openVideoWorld({ plugin: false })
  })
  afterAll(async () => {
    await plugged.close()
    await plain.close()
  })

  it.each(writePaths)('$name answers the same with and without the plugin', async ({ write }) => {
    expect(await answerOf(plugged, write)).toBe(await answerOf(plain, write))
  })

  it('callers of findOneAndUpdate get null or the document, as they asked', async () => {
    const { Video } = plugged
    await Video.deleteMany({})
    expect(await Video.findOneAndUpdate({ slug: 'none' }, { title: 'a' })).toBeNull()
    expect(await Video.collection.findOneAndDelete({ slug: 'none' })).toBeNull()
    await Video.create({ slug: 'one', title: 'a' })
    expect(
      await Video.findOneAndUpdate({ slug: 'one' }, { title: 'b' }, { returnDocument: 'after' }),
    ).toMatchObject({ title: 'b' })
    const metadata = await Video.findOneAndUpdate(
      { slug: 'one' },
      { title: 'c' },
      { includeResultMetadata: true },
    )
    expect(metadata).toMatchObject({ lastErrorObject: { updatedExisting: true }, value: { title: 'b' } })
  })
})
