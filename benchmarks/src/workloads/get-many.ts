import { idsUpTo, video } from '../payloads.ts'
import { compareWithFloor, cpuColumn, opsColumn, p50Column } from './compare-with-floor.ts'
import { countingLoader, fill } from './fill.ts'
import { inTurn } from './in-turn.ts'
import { openFloor } from './open-floor.ts'
import type { Subject } from '../contestants/contestant.ts'
import type { Bench, Samples, Workload } from './workload.ts'

const size = 20

/** Twenty single reads where the library has no call for many. */
function readMany({
  read,
  readMany: many,
}: Subject): (ids: readonly string[]) => Promise<readonly unknown[]> {
  return many ?? ((ids) => Promise.all(ids.map(read)))
}

async function run(bench: Bench): Promise<Samples> {
  const ids = idsUpTo(bench.scale.hotEntries)
  const groups = Array.from({ length: Math.floor(ids.length / size) }, (_, group) =>
    ids.slice(group * size, (group + 1) * size),
  )
  const loader = countingLoader(video)
  const floor = await openFloor(bench, loader.load)
  const own = await bench.open({ tier: 'redis', load: loader.load })
  for (const subject of [floor, own]) {
    await fill(subject, ids, loader)
    const found = await readMany(subject)(groups[7] ?? [])
    if (
      found.length !== size ||
      found.some((value, index) => (value as { id?: string }).id !== video(String(7 * size + index))['id'])
    )
      throw new Error('a read of many does not return the values in order')
  }
  const before = loader.runs()
  const samples = await compareWithFloor(
    bench,
    [
      { concurrency: 1, tells: { p50: 'p50Us' } },
      { concurrency: 16, tells: { ops: 'opsPerSecond', cpu: 'cpuUs' } },
    ],
    { floor: inTurn(readMany(floor), groups), own: inTurn(readMany(own), groups) },
  )
  if (loader.runs() !== before) throw new Error('some hits were misses')
  await Promise.all([floor.close(), own.close()])
  return samples
}

const limit =
  'each entry costs about 1 µs: its key, whether it is asked for twice, and the checks of its header, which also makes the reply longer by 107 characters. The floor checks nothing.'

export const getMany: Workload = {
  name: 'get-many',
  title: '20 hits in Redis in one call: videos of 1.5 KB',
  about: 'The floor does one MGET and 20 JSON.parse. Who has no call for many is asked 20 times at once.',
  tiers: ['redis'],
  columns: [
    { ...p50Column, aim: 1.08, limit },
    { ...opsColumn, title: 'operations, 16 at a time', aim: 0.93, limit },
    cpuColumn,
  ],
  run,
}
