import { quantile } from './statistics.ts'

/** What one stretch of time of one contestant told. */
export interface Slice {
  readonly opsPerSecond: number
  /** CPU of the process by operation, in microseconds, of all its threads. */
  readonly cpuUs: number
  /** Median time of one operation in microseconds; `NaN` unless operations ran one at a time. */
  readonly p50Us: number
}

export interface SliceOptions {
  readonly concurrency: number
  readonly ms: number
  /** Operations between two looks at the clock. Default 1: every operation is timed. */
  readonly batch?: number
}

/** Runs `operation` again and again, so many at a time, until the time is up. */
export async function runSlice(
  operation: () => Promise<unknown>,
  { concurrency, ms, batch = 1 }: SliceOptions,
): Promise<Slice> {
  const times: number[] = []
  let operations = 0
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const until = startedAt + ms
  const lane = async (): Promise<void> => {
    for (let now = startedAt; now < until;) {
      for (let left = batch; left > 0; left -= 1) await operation()
      operations += batch
      const after = performance.now()
      if (concurrency === 1) times.push((after - now) / batch)
      now = after
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  const elapsedMs = performance.now() - startedAt
  const cpu = process.cpuUsage(cpuBefore)
  return {
    opsPerSecond: (operations / elapsedMs) * 1000,
    cpuUs: (cpu.user + cpu.system) / operations,
    p50Us: quantile(times, 0.5) * 1000,
  }
}
