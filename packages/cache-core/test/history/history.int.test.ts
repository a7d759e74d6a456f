import { afterEach, expect, test, vi } from 'vitest'
import { closeAll, connectCache } from '../support/connect.ts'
import { Experiment, type ExperimentOptions } from './experiment.ts'
import { rowsLoadedTooOften } from './herd.ts'
import type { MutantName } from './mutants.ts'
import type { FaultName } from './nemesis.ts'
import { rowsWithoutHit } from './progress.ts'

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
    // P8: after the last fault every row becomes a hit again, though others go on writing.
    expect(await rowsWithoutHit(experiment)).toEqual([])
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
    // P8 once more: nothing but time ends the leases that they leave who die all at once.
    await experiment.dieLoading()
    expect(await rowsWithoutHit(experiment)).toEqual([])
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

test('P7: without faults a row is loaded once for each time that it became old, whichever process asks', async () => {
  const experiment = await experimentWith({ keys: 4, redisTimeout: '10000ms' })
  // A marker that is missing while other tags are invalidated voids a fill; so these are there before anything is loaded.
  const { cache } = await connectCache({ namespace: experiment.namespace }, experiment.url)
  await cache.invalidate(experiment.rows.flatMap((key) => [{ tag: `late:${key}` }, { tag: `row:${key}` }]))
  const startedAt = performance.now()
  await enough(() => experiment.reads.length > 3000)
  await experiment.finish()
  const tookMs = performance.now() - startedAt
  expect(await experiment.violations()).toEqual([])
  expect(rowsLoadedTooOften(experiment, tookMs)).toEqual([])
  expect(new Set(experiment.loads.map(({ key }) => key)).size).toBe(experiment.keys)
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
  { mutant: 'joins on a miss', property: 'P1' },
  { mutant: 'fills that do not look at barriers', strict: true, property: 'P2' },
  { mutant: 'memory that keeps what its process invalidates', nearMs: 2000, property: 'P1' },
]

/** The properties that reads broke: as soon as this one is among them, or after a minute. */
async function brokenUntil(experiment: Experiment, property: string): Promise<readonly string[]> {
  for (let turn = 0; ; turn += 1) {
    const broken = (await experiment.violations()).map((violation) => violation.property)
    if (turn === 120 || broken.some((name) => name === property)) return broken
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

test.each(twins)(
  'the checker catches $mutant',
  async ({ property, ...options }) => {
    const experiment = await experimentWith({ ...options, keys: 4 })
    expect(await brokenUntil(experiment, property)).toContain(property)
  },
  120_000,
)

test('P1 holds through a storm of FLUSHALL', async () => {
  const experiment = await experimentWith({ keys: 4 })
  await enough(() => experiment.reads.length > 200)
  const endStorm = await experiment.flushStorm()
  await enough(() => experiment.reads.length > 3000)
  await endStorm()
  await experiment.finish()
  expect(await experiment.violations()).toEqual([])
}, 240_000)

test('the checker catches tombstones only, which a server loses together with its entries', async () => {
  const experiment = await experimentWith({ mutant: 'tombstones only', keys: 4, keysOnly: true })
  await enough(() => experiment.reads.length > 1000)
  // While nothing is lost they are as good as leases.
  expect(await experiment.violations()).toEqual([])
  const endStorm = await experiment.flushStorm()
  expect(await brokenUntil(experiment, 'P1')).toContain('P1')
  await endStorm()
}, 120_000)

test('P7: the checker catches callers that share no loads', async () => {
  const experiment = await experimentWith({ mutant: 'callers that share no loads', keys: 4 })
  const startedAt = performance.now()
  await enough(() => experiment.reads.length > 3000)
  await experiment.finish()
  const herded = rowsLoadedTooOften(experiment, performance.now() - startedAt)
  expect(herded.map(({ key }) => key)).toEqual(experiment.rows)
}, 240_000)

test('P8: the checker catches leases without TTL', async () => {
  const experiment = await experimentWith({ mutant: 'leases without TTL' })
  await enough(() => experiment.reads.length > 200)
  await experiment.finish()
  await experiment.dieLoading()
  expect(await rowsWithoutHit(experiment)).not.toEqual([])
}, 120_000)

test('a cache whose fills are not compared is stale in more than one read of a hundred', async () => {
  const experiment = await experimentWith({ mutant: 'fills without comparing', keys: 4 })
  await enough(() => experiment.reads.length > 3000)
  const stale = (await experiment.violations()).filter(({ property }) => property === 'P1')
  expect(stale.length).toBeGreaterThanOrEqual(experiment.reads.length / 100)
}, 240_000)
