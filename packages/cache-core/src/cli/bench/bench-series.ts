import { createCache } from '../../create-cache.ts'
import type { Clock } from '../../time/clock.ts'
import { deadlineMs } from '../connection/connect.ts'
import type { Connection } from '../connection/connection.ts'
import type { Progress } from '../terminal/progress.ts'
import { countOf } from '../terminal/units.ts'
import type { Timing } from './percentiles.ts'
import { runSeries } from './run-series.ts'

/** What is measured, and on what. */
export interface BenchOptions {
  readonly connection: Connection
  readonly namespace: string
  readonly operations: number
  readonly concurrency: number
  /** Characters of each value. */
  readonly size: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly progress: Progress
}

/** What was measured, by name. */
export type BenchResult = readonly { readonly name: string; readonly timing: Timing }[]

/** Life of what is written, for a bench that is killed. */
const lifeMs = 600_000

type Operation = (index: number) => Promise<boolean>

/** Writes and reads as many keys through the cache, and as many through the client alone. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { connection, namespace, clock, signal, progress } = options
  const cache = createCache({ redis: connection.client, namespace, redisTimeout: `${deadlineMs}ms` })
  try {
    const series = [...bareSeries(options), ...cacheSeries(options, cache)]
    // The first read waits until the namespace's generation is made, which so cannot happen after its keys were removed.
    await series.at(-1)?.run(0)
    const { operations, concurrency } = options
    const result: { name: string; timing: Timing }[] = []
    for (const [index, { name, run }] of series.entries()) {
      const onProgress = (done: number): void =>
        progress.update((index + done / operations) / series.length, `${name}: ${countOf(done, 'operation')}`)
      // So that connections, caches and compiled code are as they are in a process that has run for a while.
      await runSeries({
        operations: Math.min(1000, operations),
        concurrency,
        clock,
        signal,
        run,
        onProgress: () => undefined,
      })
      const timing = await runSeries({ operations, concurrency, clock, signal, run, onProgress })
      if (signal.aborted) break
      result.push({ name, timing })
    }
    return result
  } finally {
    progress.done()
    await cache.close()
  }
}

interface NamedOperation {
  readonly name: string
  readonly run: Operation
}

function bareSeries({ connection: { client }, namespace, size }: BenchOptions): readonly NamedOperation[] {
  const value = JSON.stringify(valueOf(size))
  const nameOf = (index: number): string => `${namespace}:bare:${String(index)}`
  return [
    {
      name: 'client SET',
      run: async (index) => (await client.call('SET', nameOf(index), value, 'PX', lifeMs)) === 'OK',
    },
    { name: 'client GET', run: async (index) => (await client.call('GET', nameOf(index))) === value },
  ]
}

function cacheSeries(
  { size }: BenchOptions,
  cache: ReturnType<typeof createCache>,
): readonly NamedOperation[] {
  const value = valueOf(size)
  const item = cache.define({ key: 'item:{id}', load: () => value, policy: { ttl: `${lifeMs}ms` } })
  return [
    { name: 'cache set', run: (id) => item.set({ id }, value) },
    { name: 'cache get (hit)', run: async (id) => (await item.get({ id })) !== undefined },
  ]
}

function valueOf(size: number): { readonly text: string } {
  return { text: 'x'.repeat(size) }
}
