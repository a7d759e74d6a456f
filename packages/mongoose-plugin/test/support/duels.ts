import { falseClaims } from './claims.ts'
import { type MoverWorld, nativeVideos, type Place } from './mover-world.ts'
import { absent, type Move, type Mover, updateOf } from './movers.ts'

/** What another writer does between the read for a write and the write, by what it does it to. */
export const rivals: readonly (readonly [name: string, initial: Place, rival: Move])[] = [
  ['moves it elsewhere', { category: 'A', published: false }, { category: 'B' }],
  ['changes another watched field', { category: 'A', published: false }, { published: true }],
  ['puts the value into an array', { category: 'A', published: false }, { category: ['A', 'B'] }],
  ['puts the array into an array', { category: ['A'], published: false }, { category: [['A']] }],
  ['removes what was null', { category: null, published: false }, { category: absent }],
  ['writes null where nothing was', { published: false }, { category: null }],
]

export interface Duel {
  readonly mover: Mover
  readonly initial: Place
  readonly rival: Move
}

/** What came of a duel: whether the rival came between at all, and what the mover claimed of its write that is not so. */
export interface DuelOutcome {
  readonly cameBetween: boolean
  readonly exactness: readonly string[]
  readonly falseClaims: readonly string[]
}

/** Lets the mover move a video to category C, and the rival, who does not have the plugin, come between. */
export async function duel(world: MoverWorld, { mover, initial, rival }: Duel): Promise<DuelOutcome> {
  await world.Video.deleteMany({})
  const { _id: id } = await world.Video.create({ slug: 'target', marker: 'created', ...initial })
  await world.history()
  const marker = String(id)
  const between = world.afterNextRead(() =>
    nativeVideos(world.connection).updateOne({ _id: id }, updateOf({ move: rival, marker: 'rival' })),
  )
  await world.run(marker, () => mover(world, { id, move: { category: 'C' }, marker }))
  const history = await world.history()
  return {
    cameBetween: between.happened,
    exactness: world.told(marker).map((change) => change.exactness),
    falseClaims: falseClaims(
      world,
      history.filter((event) => event.marker === marker),
      ['exact', 'read'],
    ),
  }
}
