import { connectIoredis } from '../contestants/connect-ioredis.ts'
import type { Tier } from '../contestants/contestant.ts'
import { lruCache } from '../contestants/lru-cache.ts'
import { idsUpTo, video } from '../payloads.ts'
import { compareWithFloor, type Phase } from './compare-with-floor.ts'
import { beyondMemory, fillMemory } from './fill-memory.ts'
import { countingLoader, expectHit } from './fill.ts'
import { inTurn } from './in-turn.ts'
import type { Bench, Column, Sample, Samples, Workload } from './workload.ts'

/** The clock is looked at seldom: these operations take less than a microsecond. */
const phase: Phase = { concurrency: 1, batch: 256, tells: { ops: 'opsPerSecond' } }

async function compareTier(bench: Bench, tier: Tier): Promise<Sample | undefined> {
  const maxEntries = bench.scale.hotEntries * 2
  const ids = idsUpTo(bench.scale.hotEntries)
  const loader = countingLoader(video)
  const { load } = loader
  const floor = await lruCache.open({
    url: bench.url,
    tier: 'shared',
    namespace: 'floor',
    maxEntries,
    load,
  })
  const own = await bench.open({ tier, maxEntries, load })
  const admin = await connectIoredis(bench.url)
  for (const subject of [floor, own]) {
    await fillMemory(subject, ids, { admin, loader })
    await expectHit(subject, '7', loader)
  }
  const copies = (await own.read('7')) !== (await own.read('7'))
  if (copies !== (tier === 'copy')) throw new Error(`two hits return ${copies ? 'copies' : 'one object'}`)
  const before = await beyondMemory(admin, loader)
  const { ops } = await compareWithFloor(bench, [phase], {
    floor: inTurn(floor.read, ids),
    own: inTurn(own.read, ids),
  })
  if ((await beyondMemory(admin, loader)) !== before) throw new Error('some reads went beyond memory')
  await Promise.all([own.close(), admin.quit()])
  return ops
}

const column: Omit<Column, 'id' | 'title' | 'aim'> = { unit: 'ops/s', shown: 'ratio', better: 'more' }

const sharedLimit =
  'the floor takes a tenth of a microsecond. As long again go to the key, the clock, what was invalidated since, and the count of hits.'

const copyLimit =
  'the JSON.parse of each copy is nearly all of it: the first row, lru-cache with JSON.parse by hand, is the most that can be had. The faster a machine hands out an object, which is all that the floor does, the smaller is this ratio.'

export const memoryHit: Workload = {
  name: 'memory-hit',
  title: 'Hit in memory: a video of 1.5 KB',
  about:
    'One caller after the other; the floor is lru-cache with a TTL behind an async function. Who hands out the stored object lets one caller change what the others get, unless it is frozen; a copy each costs a parse.',
  tiers: ['shared', 'copy'],
  columns: [
    { id: 'shared', title: 'operations, the stored object', aim: 0.45, limit: sharedLimit, ...column },
    { id: 'copy', title: 'operations, a copy each', aim: 0.058, limit: copyLimit, ...column },
  ],
  run: async (bench) => {
    const samples: Record<string, Sample> = {}
    for (const tier of ['shared', 'copy'] as const) {
      if (!bench.contestant.tiers.includes(tier)) continue
      const sample = await compareTier(bench, tier)
      if (sample !== undefined) samples[tier] = sample
    }
    return samples satisfies Samples
  },
}
