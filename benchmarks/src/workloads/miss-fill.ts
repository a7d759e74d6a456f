import { video } from '../payloads.ts'
import {
  compareWithFloor,
  concurrent,
  cpuColumn,
  opsColumn,
  p50Column,
  sequential,
} from './compare-with-floor.ts'
import { countingLoader } from './fill.ts'
import { openFloor } from './open-floor.ts'
import type { Bench, Samples, Workload } from './workload.ts'

/** An operation that reads another id each time. */
function readNew(read: (id: string) => Promise<unknown>): {
  operation: () => Promise<unknown>
  reads: () => number
} {
  let reads = 0
  return {
    operation: () => {
      reads += 1
      return read(String(reads))
    },
    reads: () => reads,
  }
}

async function run(bench: Bench): Promise<Samples> {
  const floorLoader = countingLoader(video)
  const ownLoader = countingLoader(video)
  const floor = await openFloor(bench, floorLoader.load)
  const own = await bench.open({ tier: 'redis', load: ownLoader.load })
  const floorReads = readNew(floor.read)
  const ownReads = readNew(own.read)
  const samples = await compareWithFloor(bench, [sequential, concurrent], {
    floor: floorReads.operation,
    own: ownReads.operation,
  })
  if (ownLoader.runs() !== ownReads.reads()) throw new Error('a miss did not run the loader exactly once')
  await Promise.all([floor.close(), own.close()])
  return samples
}

const limit =
  'the lease is one round trip more, and taking it and storing under it are two scripts of about 9 µs in Redis each, next to 1 µs for GET and SET; the caller waits for the first of them. 64 callers whose loaders answer at once do all this in step, so that client and Redis wait for each other. A loader that takes a millisecond hides most of it.'

export const missFill: Workload = {
  name: 'miss-fill',
  title: 'Miss, load and fill: a video of 1.5 KB',
  about:
    'Another key each time; the loader answers at once. The floor does GET and SET PX. Our fill is not waited for by the caller, but is part of the work.',
  tiers: ['redis'],
  columns: [{ ...p50Column, aim: 1.1, limit }, { ...opsColumn, aim: 0.9, limit }, cpuColumn],
  run,
}
