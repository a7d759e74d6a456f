import { setTimeout as sleep } from 'node:timers/promises'
import type { Subject } from '../contestants/contestant.ts'
import {
  NoSuchCall,
  unlessNoSuchCall,
  type Bench,
  type Column,
  type Sample,
  type Samples,
  type Workload,
} from './workload.ts'

/** Within it what a load still writes has reached Redis, and an invalidation that does not wait for the load is done. */
const settleMs = 100

/** Long enough that no clock takes the end of the load for the moment of the invalidation. */
const loadGoesOnMs = 50

interface Signal {
  readonly given: Promise<void>
  readonly give: () => void
}

function signal(): Signal {
  let give = (): void => undefined
  const given = new Promise<void>((resolve) => (give = resolve))
  return { given, give: () => give() }
}

/** A row of the database, and a loader that can be held up after it has read it. */
class Row {
  value = 'old'
  #hasRead = signal()
  #mayEnd = signal()

  async load(): Promise<{ value: string }> {
    const read = { value: this.value }
    this.#hasRead.give()
    await this.#mayEnd.given
    return read
  }

  /** Whether a load that has read the old row, and is overtaken by a write and its invalidation, leaves it behind. */
  async race(read: () => Promise<unknown>, invalidate: () => Promise<unknown>): Promise<boolean> {
    this.value = 'old'
    this.#hasRead = signal()
    this.#mayEnd = signal()
    const overtaken = read()
    await this.#hasRead.given
    this.value = 'new'
    const invalidated = invalidate()
    await Promise.race([invalidated, sleep(settleMs)])
    await sleep(loadGoesOnMs)
    this.#mayEnd.give()
    await Promise.all([overtaken, invalidated])
    await sleep(settleMs)
    return ((await read()) as { value: string }).value === 'old'
  }
}

interface Subjects {
  readonly here: Subject
  readonly elsewhere: Subject
}

function tagOf(id: string): string {
  return `video-${id}`
}

/** How the entry is invalidated, by the id of the column. */
const ways = {
  here: ({ here }: Subjects) => here.invalidate,
  elsewhere: ({ elsewhere }: Subjects) => elsewhere.invalidate,
  tag: ({ here: { invalidateTag } }: Subjects) => invalidateTag && ((id: string) => invalidateTag(tagOf(id))),
} as const

async function staleShare(bench: Bench, way: keyof typeof ways): Promise<Sample> {
  const row = new Row()
  const setup = {
    tier: 'redis' as const,
    load: () => row.load(),
    ...(way === 'tag' && { tags: (id: string) => [tagOf(id)] }),
  }
  const subjects = { here: await bench.open(setup), elsewhere: await bench.open(setup) }
  const invalidate = ways[way](subjects)
  if (invalidate === undefined) throw new NoSuchCall(way)
  let stale = 0
  for (let round = 0; round < bench.scale.repeats; round += 1) {
    const id = `${way}${String(round)}`
    const old = await row.race(
      () => subjects.here.read(id),
      () => invalidate(id),
    )
    if (old) stale += 1
  }
  await Promise.all([subjects.here.close(), subjects.elsewhere.close()])
  return { own: [(100 * stale) / bench.scale.repeats] }
}

async function run(bench: Bench): Promise<Samples> {
  const samples: Record<string, Sample> = {}
  for (const way of ['here', 'elsewhere', 'tag'] as const) {
    const sample = await unlessNoSuchCall(() => staleShare(bench, way))
    if (sample !== undefined) samples[way] = sample
  }
  return samples
}

const share: Omit<Column, 'id' | 'title'> = { unit: '%', shown: 'value', better: 'less', aim: 0 }

export const staleRace: Workload = {
  name: 'race',
  title: 'Stale-set race: reads that return the old value',
  about:
    'A loader has read its row; the row changes and the entry is invalidated, by the same instance, by another one, by tag; 50 ms later the loader ends. How many of the reads after that return the old row, which the database no longer has.',
  tiers: ['redis'],
  columns: [
    { id: 'here', title: 'invalidated here', ...share },
    { id: 'elsewhere', title: 'by another instance', ...share },
    { id: 'tag', title: 'by tag', ...share },
  ],
  run,
}
