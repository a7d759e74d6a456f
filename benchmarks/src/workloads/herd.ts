import { setTimeout as sleep } from 'node:timers/promises'
import { video } from '../payloads.ts'
import { startHerdMember, type HerdMember } from '../processes/herd-member-process.ts'
import type { Bench, Sample, Samples, Workload } from './workload.ts'

const callers = 1_000
const members = 4

/** How long a load takes, and over how long a time the callers come. */
interface Shape {
  readonly column: string
  /** Column of the time until all were answered. */
  readonly wall?: string
  readonly loadMs: number
  readonly spreadMs: number
}

const shapes: readonly Shape[] = [
  { column: 'slow', wall: 'slowWall', loadMs: 50, spreadMs: 0 },
  { column: 'instant', loadMs: 0, spreadMs: 0 },
  { column: 'spread', loadMs: 50, spreadMs: 150 },
]

async function inOneProcess(
  bench: Bench,
  { column, wall, loadMs, spreadMs }: Shape,
): Promise<Record<string, Sample>> {
  let loads = 0
  const subject = await bench.open({
    tier: 'redis',
    load: async (id) => {
      loads += 1
      if (loadMs > 0) await sleep(loadMs)
      return video(id)
    },
  })
  const runs: number[] = []
  const walls: number[] = []
  const caller = async (index: number, id: string): Promise<void> => {
    if (spreadMs > 0) await sleep((index / callers) * spreadMs)
    await subject.read(id)
  }
  for (let round = 0; round <= bench.scale.repeats; round += 1) {
    const before = loads
    const startedAt = performance.now()
    const id = `${column}${String(round)}`
    await Promise.all(Array.from({ length: callers }, (_, index) => caller(index, id)))
    // The first round warms up.
    if (round === 0) continue
    runs.push(loads - before)
    walls.push(performance.now() - startedAt)
  }
  await subject.close()
  return { [column]: { own: runs }, ...(wall !== undefined && { [wall]: { own: walls } }) }
}

async function inManyProcesses(bench: Bench): Promise<Sample> {
  const herd: HerdMember[] = []
  const task = { contestant: bench.contestant.name, url: bench.url }
  try {
    for (let count = 0; count < members; count += 1)
      herd.push(await startHerdMember(task, bench.pinning?.client))
    const runs: number[] = []
    for (let round = 0; round < bench.scale.repeats; round += 1) {
      const at = Date.now() + 50
      const ask = { id: `many${String(round)}`, at, callers: callers / members }
      const loads = await Promise.all(herd.map((member) => member.read(ask)))
      runs.push(loads.reduce((sum, count) => sum + count, 0))
    }
    return { own: runs }
  } finally {
    for (const member of herd) member.stop()
  }
}

async function run(bench: Bench): Promise<Samples> {
  let samples: Record<string, Sample> = {}
  for (const shape of shapes) samples = { ...samples, ...(await inOneProcess(bench, shape)) }
  return { ...samples, processes: await inManyProcesses(bench) }
}

const count = { unit: 'count', shown: 'value', better: 'less' } as const

export const herd: Workload = {
  name: 'herd',
  title: 'Herd: how often the loader runs for one missing key',
  about:
    '1,000 callers of one key at once, with a loader of 50 ms and with one that answers at once; 1,000 callers that come over 150 ms; and 4 processes with 250 callers each, with a loader of 50 ms.',
  tiers: ['redis'],
  columns: [
    { id: 'slow', title: '1,000 callers', aim: 1, ...count },
    { id: 'slowWall', title: 'all answered after', unit: 'ms', shown: 'value', better: 'less' },
    { id: 'instant', title: 'instant loader', ...count },
    { id: 'spread', title: 'over 150 ms', ...count },
    { id: 'processes', title: '4 processes', aim: 1, ...count },
  ],
  run,
}
