import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { duel, rivals } from './support/duels.ts'
import { type MoverWorld, nativeVideos, openMoverWorld } from './support/mover-world.ts'
import { guardedMovers, unguardedMovers } from './support/movers.ts'

let world: MoverWorld

describe.each(['guarded', 'transaction'] as const)(
  "a rival who comes between, with images: '%s'",
  (images) => {
    beforeAll(async () => {
      world = await openMoverWorld({ images })
    })
    afterAll(() => world.close())

    describe.each(rivals)('and %s', (_name, initial, rival) => {
      it.each(Object.entries(guardedMovers))(
        'does not make the change of %s wrong',
        async (_mover, mover) => {
          expect(await duel(world, { mover, initial, rival })).toEqual({
            cameBetween: true,
            exactness: ['exact'],
            falseClaims: [],
          })
        },
      )
    })

    it.each([
      ['deleteOne', () => world.Video.deleteOne({ slug: 'target' })],
      ['deleteOne of the document', async () => (await world.Video.findOne().orFail()).deleteOne()],
      ['deleteMany', () => world.Video.deleteMany({ slug: 'target' })],
      [
        'findOneAndDelete that cuts',
        () => world.Video.findOneAndDelete({ slug: 'target' }, { projection: { slug: 1 } }),
      ],
      ['bulkWrite', () => world.Video.bulkWrite([{ deleteOne: { filter: { slug: 'target' } } }])],
    ])('is told as what %s deleted', async (name, write) => {
      await world.Video.deleteMany({})
      const { _id } = await world.Video.create({ slug: 'target', category: 'A', published: false })
      const rival = { $set: { published: true } }
      const between = world.afterNextRead(() => nativeVideos(world.connection).updateOne({ _id }, rival))
      await world.run(name, write)
      expect(between.happened).toBe(true)
      expect(world.told(name)).toMatchObject([
        { op: 'delete', id: _id, before: { category: 'A', published: true }, exactness: 'exact' },
      ])
    })
  },
)

describe("what a guard cannot prove, with images: 'guarded',", () => {
  beforeAll(async () => {
    world = await openMoverWorld({ images: 'guarded' })
  })
  afterAll(() => world.close())

  it.each(Object.entries(unguardedMovers))('is told without values: %s', async (name, mover) => {
    await world.Video.deleteMany({})
    const { _id: id } = await world.Video.create({ slug: 'target', category: 'A' })
    await world.run(name, () => mover(world, { id, move: { category: 'B' }, marker: name }))
    expect(world.told(name).length).toBeGreaterThan(0)
    for (const change of world.told(name)) {
      expect(change).toMatchObject({ exactness: 'none' })
      expect(change).not.toHaveProperty('before')
      expect(change).not.toHaveProperty('after')
    }
  })
})

describe("without a guard, with images: 'read',", () => {
  beforeAll(async () => {
    world = await openMoverWorld({ images: 'read' })
  })
  afterAll(() => world.close())

  it.each(Object.entries(guardedMovers))('the change of %s is wrong', async (_name, mover) => {
    const initial = { category: 'A', published: false }
    const lost = await duel(world, { mover, initial, rival: { published: true } })
    expect(lost).toMatchObject({ cameBetween: true, exactness: ['read'] })
    expect(lost.falseClaims).toHaveLength(1)
  })
})

describe('in a collection that compares by a collation', () => {
  beforeAll(async () => {
    world = await openMoverWorld({ images: 'guarded', collation: { locale: 'en', strength: 1 } })
  })
  afterAll(() => world.close())

  it.each(Object.entries(guardedMovers))('%s is told without values', async (_name, mover) => {
    const initial = { category: 'a', published: false }
    const told = await duel(world, { mover, initial, rival: { category: 'A' } })
    expect(told).toMatchObject({ exactness: ['none'], falseClaims: [] })
  })
})
