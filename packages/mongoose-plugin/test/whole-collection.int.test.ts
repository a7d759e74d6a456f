import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'

import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

/** With `bulk.maxIds: 0` writes to many documents invalidate by the collection's tag, and read nothing for it. */
let world: VideoWorld
beforeAll(async () => {
  world = await openVideoWorld({ plugin: { bulk: { maxIds: 0 } } })
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.Video.deleteMany({})
  await world.Video.create(
    [
      { title: 'one', category: 'A' },
      { title: 'two', category: 'A' },
    ],
    { ordered: true },
  )
  world.changes.length = 0
})

it.each<[string, string, () => unknown]>([
  ['updateMany', 'update', () => world.Video.updateMany({ category: 'A' }, { category: 'B' })],
  ['updateMany of titles', 'update', () => world.Video.updateMany({ category: 'A' }, { title: 'new' })],
  ['deleteMany', 'delete', () => world.Video.deleteMany({ category: 'A' })],
])('%s by a filter is one change without an id', async (_name, op, write) => {
  await world.list('A')
  const native = (
    world.Video.collection as unknown as { _getCollection(): { find(): unknown } }
  )._getCollection()
  const find = vi.spyOn(native, 'find')
  await write()
  expect(find).not.toHaveBeenCalled()
  find.mockRestore()
  expect(world.changes).toMatchObject([{ op, exactness: 'none' }])
  expect(world.changes[0]).not.toHaveProperty('id')
  expect(await world.list('A')).toEqual(await world.truth('A'))
})
