import { expect, test } from 'vitest'
import { timingOf } from '../../../src/cli/bench/percentiles.ts'
import { runSeries } from '../../../src/cli/bench/run-series.ts'
import { ManualClock } from '../../../src/testing/index.ts'

test('percentiles are the nearest ranks', () => {
  const durations = Float64Array.from({ length: 200 }, (_, index) => 200 - index)
  expect(timingOf(durations, { failed: 3, elapsedMs: 500 })).toEqual({
    operations: 200,
    failed: 3,
    perSecond: 400,
    p50Ms: 100,
    p95Ms: 190,
    p99Ms: 198,
  })
  expect(timingOf(Float64Array.of(7), { failed: 0, elapsedMs: 0 })).toMatchObject({
    perSecond: 0,
    p50Ms: 7,
    p99Ms: 7,
  })
  expect(timingOf(new Float64Array(), { failed: 0, elapsedMs: 0 })).toMatchObject({ operations: 0, p99Ms: 0 })
})

test('a series does each operation once, no more at a time than asked, and counts what failed', async () => {
  const clock = new ManualClock()
  const done: number[] = []
  let [running, most] = [0, 0]
  const timing = await runSeries({
    operations: 10,
    concurrency: 3,
    clock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    run: async (index) => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      clock.advance('1ms')
      running -= 1
      done.push(index)
      return index % 5 !== 0
    },
  })
  expect(done.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(most).toBe(3)
  expect(timing).toMatchObject({ operations: 10, failed: 2, perSecond: 1000 })
})

test('a series that is stopped counts what it did', async () => {
  const stop = new AbortController()
  const timing = await runSeries({
    operations: 100,
    concurrency: 1,
    clock: new ManualClock(),
    signal: stop.signal,
    onProgress: (done) => {
      if (done === 4) stop.abort()
    },
    run: () => Promise.resolve(true),
  })
  expect(timing.operations).toBe(4)
})
