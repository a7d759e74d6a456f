import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import type { Redis } from 'ioredis'
import { leaseMs } from '../../src/store/lifetimes.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { expectWithin } from '../support/bounds.ts'
import { createGate } from '../support/gate.ts'
import type { Measured } from '../support/lateness.ts'

const herd = fileURLToPath(new URL('../support/herd-process.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await closeAll()
})

/** A process that reads one cold key many times at once when it is told to, and says what each read came to. */
interface HerdProcess {
  readonly child: ChildProcess
  /** The next line that it writes. */
  readonly line: () => Promise<string>
  readonly start: () => void
}

function startHerd(namespace: string, options: { callers: number; loadMs: number }): HerdProcess {
  const child = spawn(
    process.execPath,
    ['--conditions=@vidnest/source', herd, namespace, String(options.callers), String(options.loadMs)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    line: async () => String((await lines.next()).value),
    start: () => child.stdin.write('go\n'),
  }
}

/** Counts loads where all processes see them. */
const loadsOf = async (redis: Redis, namespace: string): Promise<number> =>
  Number(await redis.get(`loads-of:${namespace}`))

/** What the load and the lease before it do not take: the last to wait asks again, and stores. */
const slackMs = 1000

/** Expects all callers to have been answered, after no longer than that and the slack. */
async function expectOutcome(said: string, callers: number, withinMs: number): Promise<void> {
  const { counts, longestWait } = JSON.parse(said) as { counts: unknown; longestWait: Measured }
  expect(counts).toEqual({ loaded: callers })
  await expectWithin(longestWait, withinMs + slackMs, 'the longest wait')
}

test('1,000 callers of one cold key in one process cause one load', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const gate = createGate()
  const load = vi.fn(() => gate.pass().then(() => 'loaded'))
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load })
  const reads = Array.from({ length: 1000 }, () => video.getOrSet({ id: 1 }))
  await gate.reached
  gate.open()
  expect(new Set(await Promise.all(reads))).toEqual(new Set(['loaded']))
  expect(load).toHaveBeenCalledTimes(1)
})

test('4 processes of 250 callers of one cold key cause one load', async () => {
  const namespace = uniqueNamespace()
  const redis = await connect()
  const processes = Array.from({ length: 4 }, () => startHerd(namespace, { callers: 250, loadMs: 300 }))
  for (const { line } of processes) expect(await line()).toBe('ready')
  for (const { start } of processes) start()
  for (const { line } of processes) await expectOutcome(await line(), 250, 300)
  expect(await loadsOf(redis, namespace)).toBe(1)
}, 60_000)

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'when the holder of the lease gets %s, exactly one more load follows and everybody is answered',
  async (signal) => {
    const namespace = uniqueNamespace()
    const redis = await connect()
    const holder = startHerd(namespace, { callers: 1, loadMs: 600_000 })
    expect(await holder.line()).toBe('ready')
    holder.start()
    await vi.waitFor(async () => {
      expect(await loadsOf(redis, namespace)).toBe(1)
    })
    holder.child.kill(signal)
    const others = [1, 2].map(() => startHerd(namespace, { callers: 100, loadMs: 50 }))
    for (const { line } of others) expect(await line()).toBe('ready')
    for (const { start } of others) start()
    for (const { line } of others) await expectOutcome(await line(), 100, leaseMs + 50)
    expect(await loadsOf(redis, namespace)).toBe(2)
  },
  60_000,
)

test('a loader three times as long as the lease runs once and is stored', async () => {
  const namespace = uniqueNamespace()
  const redis = await connect()
  const processes = [1, 2].map(() => startHerd(namespace, { callers: 20, loadMs: 3 * leaseMs }))
  for (const { line } of processes) expect(await line()).toBe('ready')
  for (const { start } of processes) start()
  for (const { line } of processes) await expectOutcome(await line(), 20, 3 * leaseMs)
  expect(await loadsOf(redis, namespace)).toBe(1)
  const { cache } = await connectCache({ namespace })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'not needed' })
  await vi.waitFor(async () => {
    expect(await video.get({ id: 1 })).toBe('loaded')
  })
}, 60_000)
