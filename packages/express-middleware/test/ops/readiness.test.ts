import { afterEach, expect, test, vi } from 'vitest'
import { ReadinessProbe } from '../../src/ops/readiness.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('each check runs at most once a second, however often it is asked', async () => {
  vi.useFakeTimers()
  let runs = 0
  const probe = new ReadinessProbe({ counted: { check: () => (runs += 1) } })
  await Promise.all(Array.from({ length: 100 }, () => probe.probe()))
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(1001)
  expect(await probe.probe()).toEqual({ status: 'up', checks: { counted: { status: 'up', critical: true } } })
  expect(runs).toBe(2)
})

test('a check that hangs is down after its deadline, and holds no other back', async () => {
  vi.useFakeTimers()
  const probe = new ReadinessProbe({
    hangs: { check: () => new Promise(() => undefined), critical: false },
    works: { check: () => true },
    throws: {
      check: () => {
        throw new Error('no')
      },
      critical: false,
    },
  })
  const readiness = probe.probe()
  await vi.advanceTimersByTimeAsync(1000)
  expect(await readiness).toEqual({
    status: 'degraded',
    checks: {
      hangs: { status: 'down', critical: false },
      works: { status: 'up', critical: true },
      throws: { status: 'down', critical: false },
    },
  })
})
