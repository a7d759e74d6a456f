import { afterEach, expect, test, vi } from 'vitest'
import { closeAll, connectCache } from '../support/connect.ts'
import { Experiment, type ExperimentOptions } from './experiment.ts'
import type { MutantName } from './mutants.ts'
import type { FaultName } from './nemesis.ts'

/** How long the faults go on, and from which seed they follow: `VIDNEST_HISTORY_MS` and `VIDNEST_HISTORY_SEED`. */
const durationMs = Number(process.env['VIDNEST_HISTORY_MS'] ?? 15_000)
const seed = Number(process.env['VIDNEST_HISTORY_SEED'] ?? Date.now() % 1_000_000)

const started: Experiment[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map((experiment) => experiment.stop()))
  await closeAll()
})

async function experimentWith(options: Omit<ExperimentOptions, 'seed'>): Promise<Experiment> {
  const experiment = await Experiment.start({ seed, ...options })
  started.push(experiment)
  return experiment
}

/** Processes take their time to start on a busy machine, and what they do in a second differs: wait for enough of it. */
const enough = (isEnough: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(isEnough()).toBe(true), { timeout: 90_000, interval: 50 })

const allFaults: readonly FaultName[] = [
  'freeze the server',
  'reset the connections',
  'flush all',
  'hold back what the server says',
  'lose a reply',
  'forget the scripts',
  'evict',
  'kill a process',
  'restart the server',
  'refuse connections',
  'freeze a process',
]

test(
  `P1 to P8 hold in two processes of eight clients through every fault (seed ${String(seed)})`,
  async () => {
    const experiment = await experimentWith({})
    const happened = await experiment.torment(allFaults, durationMs)
    // P8: after the last fault every row becomes a hit again.
    const { cache } = await connectCache({ namespace: experiment.namespace }, experiment.url)
    const rows = cache.define({ key: 'row:{id}', policy: { ttl: '3s' }, load: () => null })
    const isHit = Array.from({ length: experiment.keys }, (_, id) =>
      vi.waitFor(async () => expect(await rows.has({ id })).toBe(true), { timeout: 20_000, interval: 20 }),
    )
    await Promise.all(isHit)
    await experiment.finish()
    expect(await experiment.violations()).toEqual([])
    // Nothing of this says anything unless there were hits, overtaken loads, writes, and every fault.
    const { summaries, reads, writes } = experiment
    const sum = (field: 'hits' | 'misses' | 'fillsDiscarded'): number =>
      summaries.reduce((total, summary) => total + summary[field], 0)
    expect(sum('hits') / (sum('hits') + sum('misses'))).toBeGreaterThan(0.3)
    expect(sum('fillsDiscarded')).toBeGreaterThan(0)
    expect(writes.filter(({ acknowledged }) => acknowledged).length).toBeGreaterThan(reads.length / 50)
    expect(happened.size).toBe(allFaults.length)
  },
  durationMs + 120_000,
)

test(`P2, P4: with strict writes nothing older than the last commit is read, and no client sees versions go down (seed ${String(seed)})`, async () => {
  const experiment = await experimentWith({ strict: true })
  const harmless: readonly FaultName[] = [
    'freeze the server',
    'reset the connections',
    'hold back what the server says',
    'lose a reply',
    'forget the scripts',
    'kill a process',
  ]
  await enough(() => experiment.reads.length > 200)
  await experiment.torment(harmless, Math.min(durationMs, 6000))
  await enough(() => experiment.writes.filter(({ acknowledged }) => acknowledged).length > 50)
  await experiment.finish()
  expect(await experiment.violations()).toEqual([])
}, 240_000)

test('P7: without faults a row is loaded at most once by each process for each time that it became old', async () => {
  const experiment = await experimentWith({ keys: 4 })
  const startedAt = performance.now()
  await enough(() => experiment.reads.length > 3000)
  await experiment.finish()
  const seconds = Math.ceil((performance.now() - startedAt) / 1000)
  expect(await experiment.violations()).toEqual([])
  const { reads, writes, loads } = experiment
  for (let key = 0; key < experiment.keys; key += 1) {
    const own = <Item extends { readonly key: number }>(items: Item[]): Item[] =>
      items.filter((item) => item.key === key)
    const refreshes = own(reads).filter(({ fresh }) => fresh).length
    // A write may void twice what is loaded (its claim, and its invalidation); what expires is loaded again.
    const timesOld = 2 * own(writes).length + refreshes + seconds + 1
    expect(own(loads).length).toBeLessThanOrEqual(2 * timesOld)
    expect(own(loads).length).toBeGreaterThan(0)
  }
}, 240_000)

test(
  `P1 holds with near tiers: at once in the process that wrote, and within their ttl in the other, through every fault (seed ${String(seed)})`,
  async () => {
    const experiment = await experimentWith({ nearMs: 1000, keys: 4 })
    await enough(() => experiment.reads.length > 200)
    const happened = await experiment.torment(allFaults, durationMs)
    await enough(() => experiment.writes.filter(({ acknowledged }) => acknowledged).length > 50)
    await experiment.finish()
    expect(await experiment.violations()).toEqual([])
    const inMemory = experiment.summaries.reduce((total, { memoryHits }) => total + memoryHits, 0)
    expect(inMemory).toBeGreaterThan(experiment.reads.length / 100)
    expect(happened.size).toBe(allFaults.length)
  },
  durationMs + 180_000,
)

const twins: readonly { mutant: MutantName; strict?: boolean; nearMs?: number; property: string }[] = [
  { mutant: 'fills without comparing', property: 'P1' },
  { mutant: 'invalidations that leave leases', property: 'P1' },
  { mutant: 'markers not compared at the fill', property: 'P1' },
  { mutant: 'blind joins', property: 'P1' },
  { mutant: 'fills that do not look at barriers', strict: true, property: 'P2' },
  { mutant: 'memory that keeps what its process invalidates', nearMs: 2000, property: 'P1' },
]

test.each(twins)(
  'the checker catches $mutant',
  async ({ property, ...options }) => {
    const experiment = await experimentWith({ ...options, keys: 4 })
    await vi.waitFor(
      async () => {
        const found = await experiment.violations()
        expect(found.map((violation) => violation.property)).toContain(property)
      },
      { timeout: 60_000, interval: 500 },
    )
  },
  120_000,
)

test('a cache whose fills are not compared is stale in more than one read of a hundred', async () => {
  const experiment = await experimentWith({ mutant: 'fills without comparing', keys: 4 })
  await enough(() => experiment.reads.length > 3000)
  const violations = await experiment.violations()
  expect(violations.filter(({ property }) => property === 'P1').length).toBeGreaterThan(30)
}, 240_000)
