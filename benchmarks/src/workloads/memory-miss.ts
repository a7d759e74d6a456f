import { connectIoredis } from '../contestants/connect-ioredis.ts'
import { serverNumber } from '../measure/server-figures.ts'
import { idsUpTo, video } from '../payloads.ts'
import { compareWithFloor, concurrent, cpuColumn, opsColumn } from './compare-with-floor.ts'
import { countingLoader, expectHit, fill } from './fill.ts'
import { inTurn } from './in-turn.ts'
import { openFloor } from './open-floor.ts'
import type { Bench, Samples, Workload } from './workload.ts'

/** The tier in memory holds a tenth of what is read in turn, so that what is asked for has always just left it. */
const share = 10

function counted(read: (id: string) => Promise<unknown>): {
  readonly read: (id: string) => Promise<unknown>
  readonly count: () => number
} {
  let count = 0
  return {
    read: (id) => {
      count += 1
      return read(id)
    },
    count: () => count,
  }
}

async function run(bench: Bench): Promise<Samples> {
  const ids = idsUpTo(bench.scale.hotEntries)
  const loader = countingLoader(video)
  const admin = await connectIoredis(bench.url)
  const floor = await openFloor(bench, loader.load)
  const own = await bench.open({
    tier: 'layers',
    maxEntries: Math.ceil(ids.length / share),
    load: loader.load,
  })
  for (const subject of [floor, own]) {
    await fill(subject, ids, loader)
    await expectHit(subject, ids.at(-1) ?? '', loader)
  }
  const floorReads = counted(floor.read)
  const ownReads = counted(own.read)
  const before = { loads: loader.runs(), found: await serverNumber(admin, 'stats', 'keyspace_hits') }
  const samples = await compareWithFloor(bench, [concurrent], {
    floor: inTurn(floorReads.read, ids),
    own: inTurn(ownReads.read, ids),
  })
  if (loader.runs() !== before.loads) throw new Error('some hits were misses')
  const found = (await serverNumber(admin, 'stats', 'keyspace_hits')) - before.found
  if (found < floorReads.count() + ownReads.count() * 0.99) throw new Error('some reads were hits in memory')
  await Promise.all([floor.close(), own.close(), admin.quit()])
  return samples
}

const limit =
  'the same as for a hit in Redis, and the text is copied out of the reply into memory, and another entry out of it.'

export const memoryMiss: Workload = {
  name: 'memory-miss',
  title: 'Miss in memory, hit in Redis: a video of 1.5 KB',
  about:
    'With memory before Redis that is too small for what is read: each read asks Redis and stores what it got in memory. The floor has no memory: GET and JSON.parse.',
  tiers: ['layers'],
  columns: [{ ...opsColumn, aim: 1.1, limit }, cpuColumn],
  run,
}
