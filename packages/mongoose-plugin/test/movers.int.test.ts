import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { falseClaims } from './support/claims.ts'
import { type MoverWorld, openMoverWorld, type Place } from './support/mover-world.ts'
import {
  absent,
  freeMovers,
  guardedMovers,
  type Move,
  type Mover,
  unguardedMovers,
} from './support/movers.ts'

let world: MoverWorld

async function createVideo(place: Place) {
  const { _id } = await world.Video.create({ slug: 'target', marker: 'created', ...place })
  return _id
}

const everyMover = { ...guardedMovers, ...freeMovers, ...unguardedMovers }

/** What simultaneous movers do: scalars, arrays, null, nothing, and text that a collation would call the same. */
const moves: readonly Move[] = [
  { category: 'A' },
  { published: true },
  { category: ['A', 'B'] },
  { category: null },
  { published: false },
  { category: absent },
  { category: 'a' },
  { category: ['A'], published: absent },
  { category: 'B' },
  { category: [['A'], null] },
  { published: true, category: { kind: 'A' } },
]

/** The list's element at that place, as if it went on for ever. */
function nth<Element>(list: readonly Element[], place: number): Element {
  return list[place % list.length] as Element
}

/** Eight writers on one document, none of which waits for another. */
async function race(movers: readonly [string, Mover][]): Promise<void> {
  const id = await createVideo({ category: 'A', published: false })
  const writer = async (first: number): Promise<void> => {
    for (let step = 0; step < 20; step += 1) {
      const [name, mover] = nth(movers, first * 5 + step)
      const move = nth(moves, first * 3 + step * 7)
      const marker = `${name} ${String(first)}.${String(step)}`
      await world.run(marker, () => mover(world, { id, move, marker }))
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, first) => writer(first)))
}

describe.each(['guarded', 'transaction'] as const)("with images: '%s'", (images) => {
  beforeAll(async () => {
    world = await openMoverWorld({ images })
  })
  afterAll(() => world.close())
  beforeEach(() => world.Video.deleteMany({}))

  it('every change that calls itself exact is what the change stream says, whoever writes at the same time', async () => {
    await race(Object.entries(everyMover))
    const history = await world.history()
    expect(history.length).toBeGreaterThan(100)
    expect(falseClaims(world, history)).toEqual([])
  })

  it.each(Object.entries({ ...guardedMovers, ...freeMovers }))('%s alone is exact', async (name, mover) => {
    const id = await createVideo({ category: 'A', published: true })
    for (const [step, move] of moves.entries()) {
      const marker = `${name} ${String(step)}`
      await world.run(marker, () => mover(world, { id, move, marker }))
      expect(world.told(marker)).toMatchObject([{ id, exactness: 'exact' }])
    }
    const history = await world.history()
    expect(history).toHaveLength(moves.length)
    expect(falseClaims(world, history)).toEqual([])
  })
})
