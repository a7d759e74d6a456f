import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { connectIoredis } from '../contestants/connect-ioredis.ts'
import { longestCommandMs, unseenMs, watchCommands } from '../measure/server-figures.ts'
import { idsUpTo } from '../payloads.ts'
import { startProbe } from '../processes/probe-process.ts'
import { countingLoader, fill } from './fill.ts'
import { NoSuchCall, type Bench, type Column, type Samples, type Workload } from './workload.ts'

const chunk = 1_000

async function fillOtherKeys(admin: Redis, count: number): Promise<void> {
  for (let start = 0; start < count; start += chunk) {
    const pairs = Array.from({ length: Math.min(chunk, count - start) }, (_, index) => [
      `other:kind:${String(start + index)}`,
      'x',
    ])
    await admin.mset(...pairs.flat())
  }
}

async function run(bench: Bench): Promise<Samples> {
  const { scale, url } = bench
  const ids = idsUpTo(scale.matchingEntries)
  const loader = countingLoader((id) => ({ id }))
  const subject = await bench.open({ tier: 'redis', load: loader.load })
  const { clear } = subject
  if (clear === undefined) throw new NoSuchCall('patterns')
  const admin = await connectIoredis(url)
  await fillOtherKeys(admin, scale.keyspace - ids.length)
  const probe = await startProbe({ url }, bench.pinning?.all)
  const values: Record<string, number[]> = {}
  const note = (column: string, value: number): void => void (values[column] ??= []).push(value)
  try {
    for (let round = 0; round < scale.repeats; round += 1) {
      await fill(subject, ids, loader)
      await watchCommands(admin)
      await probe.start()
      const startedAt = performance.now()
      await clear()
      const time = performance.now() - startedAt
      const during = await probe.stop()
      note('time', time)
      note('longest', await longestCommandMs(admin))
      await probe.start()
      await sleep(time)
      const idle = await probe.stop()
      for (const [column, of] of [
        ['', during],
        ['Idle', idle],
      ] as const) {
        note(`p50${column}`, of.p50Ms)
        note(`p90${column}`, of.p90Ms)
      }
      const before = loader.runs()
      await subject.read('7')
      if (loader.runs() === before) throw new Error('an invalidated entry was still a hit')
    }
  } finally {
    probe.close()
  }
  await Promise.all([subject.close(), admin.quit()])
  return Object.fromEntries(Object.entries(values).map(([column, own]) => [column, { own }]))
}

const ms: Omit<Column, 'id' | 'title'> = { unit: 'ms', shown: 'value', better: 'less' }

const limit =
  'SCAN with COUNT 500 goes through all 200,000 names, and each page of what fits is given to one script that removes entries and leases only. The floor, SCAN and UNLINK by hand, is the first row.'

export const pattern: Workload = {
  name: 'pattern',
  title: 'Invalidate 10,000 of 200,000 keys by a pattern, or what the library has for it',
  about:
    'The whole time, the longest time for which one command held Redis up (SLOWLOG), and what another process saw meanwhile that sent a GET every millisecond, next to the same without an invalidation.',
  tiers: ['redis'],
  columns: [
    { id: 'time', title: 'time', aim: 180, limit, ...ms },
    { id: 'longest', title: 'longest Redis command', aim: 1, unseen: unseenMs, ...ms },
    { id: 'p50', title: 'other GETs, p50', ...ms },
    { id: 'p50Idle', title: 'p50 without', ...ms },
    { id: 'p90', title: 'other GETs, p90', ...ms },
    { id: 'p90Idle', title: 'p90 without', ...ms },
  ],
  run,
}
