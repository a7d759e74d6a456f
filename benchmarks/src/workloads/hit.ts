import { counter, idsUpTo, listPage, video } from '../payloads.ts'
import {
  compareWithFloor,
  concurrent,
  cpuColumn,
  opsColumn,
  p50Column,
  sequential,
  type Phase,
} from './compare-with-floor.ts'
import { countingLoader, expectHit, fill } from './fill.ts'
import { inTurn } from './in-turn.ts'
import { openFloor } from './open-floor.ts'
import { twoTags } from './two-tags.ts'
import type { Bench, Samples, Workload } from './workload.ts'

interface HitOptions {
  readonly make: (id: string) => unknown
  readonly phases: readonly Phase[]
  readonly tags?: (id: string) => string[]
}

/** Hits in Redis, next to a bare GET and JSON.parse of the same values. */
async function compareHits(bench: Bench, { make, phases, tags }: HitOptions): Promise<Samples> {
  const ids = idsUpTo(bench.scale.hotEntries)
  const loader = countingLoader(make)
  const floor = await openFloor(bench, loader.load)
  const own = await bench.open({ tier: 'redis', load: loader.load, ...(tags !== undefined && { tags }) })
  for (const subject of [floor, own]) {
    await fill(subject, ids, loader)
    await expectHit(subject, '7', loader)
  }
  const before = loader.runs()
  const samples = await compareWithFloor(bench, phases, {
    floor: inTurn(floor.read, ids),
    own: inTurn(own.read, ids),
  })
  if (loader.runs() !== before) throw new Error('some hits were misses')
  await Promise.all([floor.close(), own.close()])
  return samples
}

const byTick =
  'the row *ioredis, MGET by tick* is what is left without any library. Between the two lie a promise, the look-up of its page, and the checks of the header (epoch, version, freshness) of each read, about 1 µs. The cheaper a system call is on the machine, the less there is to win by sending reads together.'

export const hit: Workload = {
  name: 'hit',
  title: 'Hit in Redis: a video of 1.5 KB',
  about: 'Values that are all in Redis, read in turn. The floor does GET and JSON.parse.',
  tiers: ['redis'],
  columns: [
    { ...opsColumn, aim: 1.35, limit: byTick },
    { ...cpuColumn, aim: 0.65, limit: byTick },
    { ...p50Column, aim: 1.05 },
  ],
  run: (bench) => compareHits(bench, { make: video, phases: [sequential, concurrent] }),
}

export const hitList: Workload = {
  name: 'hit-list',
  title: 'Hit in Redis: a list page of 15.7 KB',
  about: 'As above with larger values: here JSON.parse is most of the work.',
  tiers: ['redis'],
  columns: [{ ...opsColumn, aim: 0.97 }, cpuColumn],
  run: (bench) => compareHits(bench, { make: listPage, phases: [concurrent] }),
}

export const hitCounter: Workload = {
  name: 'hit-counter',
  title: 'Hit in Redis: a count of 4 digits',
  about: 'As above with the smallest values: nothing but the way to Redis and back.',
  tiers: ['redis'],
  columns: [{ ...opsColumn, aim: 1.8, limit: byTick }, cpuColumn],
  run: (bench) => compareHits(bench, { make: counter, phases: [concurrent] }),
}

const withTags =
  'the markers of both tags are asked for in the same MGET, and compared; the tags stand in the header as JSON. The round trip stays one.'

export const taggedHit: Workload = {
  name: 'tagged-hit',
  title: 'Hit in Redis with 2 tags',
  about:
    'The same video, with a tag that all entries have and one that few share. The floor reads it untagged: what tags cost, all in all.',
  tiers: ['redis'],
  columns: [
    { ...p50Column, aim: 1.1, limit: withTags },
    { ...cpuColumn, aim: 1.2, limit: withTags },
    opsColumn,
  ],
  run: (bench) => compareHits(bench, { make: video, phases: [sequential, concurrent], tags: twoTags }),
}
