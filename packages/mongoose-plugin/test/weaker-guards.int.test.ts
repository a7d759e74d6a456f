import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import type * as guards from '../src/images/guard.ts'
import { CollectionTarget } from '../src/interception/collection-target.ts'
import { duel, rivals } from './support/duels.ts'
import { type MoverWorld, openMoverWorld } from './support/mover-world.ts'
import { guardedMovers } from './support/movers.ts'

/** What stands in for the guard: each leaves out one thing that makes it right. */
const stand = vi.hoisted(() => ({ in: undefined as typeof guards.guardedFilter | undefined }))

vi.mock('../src/images/guard.ts', async (original) => {
  const real = await original<typeof guards>()
  const guardedFilter: typeof guards.guardedFilter = (filter, document) =>
    (stand.in ?? real.guardedFilter)(filter, document)
  return { ...real, guardedFilter }
})

const mover = guardedMovers.updateOne ?? expect.unreachable()
let world: MoverWorld
beforeEach(() => {
  stand.in = undefined
})

describe('the guard', () => {
  beforeAll(async () => {
    world = await openMoverWorld({ images: 'guarded' })
  })
  afterAll(() => world.close())

  it.each(rivals)('as it is, is right when a rival %s', async (_name, initial, rival) => {
    expect(await duel(world, { mover, initial, rival })).toMatchObject({ cameBetween: true, falseClaims: [] })
  })

  it.each(rivals.slice(2))('by plain equality is wrong when a rival %s', async (_name, initial, rival) => {
    stand.in = (filter, { id, image }) => ({
      $and: [filter, { _id: id }, ...[...image].map(([path, value]) => ({ [path]: value ?? null }))],
    })
    expect((await duel(world, { mover, initial, rival })).falseClaims).toHaveLength(1)
  })

  it('of the touched field alone is wrong when a rival changes another', async () => {
    stand.in = (filter, { id, image }) => ({
      $and: [filter, { _id: id }, { $expr: { $eq: ['$category', { $literal: image.get('category') }] } }],
    })
    const initial = { category: 'A', published: false }
    const lost = await duel(world, { mover, initial, rival: { published: true } })
    expect(lost.falseClaims).toHaveLength(1)
  })
})

describe('the guard in a collection that compares by a collation', () => {
  beforeAll(async () => {
    world = await openMoverWorld({ images: 'guarded', collation: { locale: 'en', strength: 1 } })
  })
  afterAll(() => world.close())

  it('would be wrong if it were used', async () => {
    const isCollated = vi.spyOn(CollectionTarget.prototype, 'isCollated').mockResolvedValue(false)
    const initial = { category: 'a', published: false }
    const lost = await duel(world, { mover, initial, rival: { category: 'A' } })
    isCollated.mockRestore()
    expect(lost.falseClaims).toHaveLength(1)
  })
})
