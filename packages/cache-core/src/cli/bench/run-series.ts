import type { Clock } from '../../time/clock.ts'
import { timingOf, type Timing } from './percentiles.ts'

/** A series of equal operations. */
export interface Series {
  readonly operations: number
  /** How many are under way at a time. */
  readonly concurrency: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Does the operation of that number; whether it did what it should. */
  readonly run: (index: number) => Promise<boolean>
  readonly onProgress: (done: number) => void
}

/** Runs a series and measures it; ends early when the signal is aborted. */
export async function runSeries({
  operations,
  concurrency,
  clock,
  signal,
  run,
  onProgress,
}: Series): Promise<Timing> {
  const durationsMs = new Float64Array(operations)
  let next = 0
  let done = 0
  let failed = 0
  const worker = async (): Promise<void> => {
    while (next < operations && !signal.aborted) {
      const index = next
      next += 1
      const startedAt = clock.now()
      const isGood = await run(index)
      durationsMs[done] = clock.now() - startedAt
      done += 1
      if (!isGood) failed += 1
      onProgress(done)
    }
  }
  const startedAt = clock.now()
  await Promise.all(Array.from({ length: Math.min(concurrency, operations) }, worker))
  return timingOf(durationsMs.subarray(0, done), { failed, elapsedMs: clock.now() - startedAt })
}
