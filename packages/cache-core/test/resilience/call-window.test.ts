import { expect, test } from 'vitest'
import { CallWindow } from '../../src/resilience/call-window.ts'

test.each([0, 1_000_000, -900_000, -1])(
  'rule 22: calls are counted by a clock that starts at %i ms',
  (startsAt) => {
    let now = startsAt
    const window = new CallWindow(
      { now: () => now, epochMs: () => now, setTimer: () => ({ cancel: () => undefined }) },
      2000,
    )
    window.count(false)
    now += 1500
    window.count(true)
    expect(window.sum()).toEqual({ calls: 2, failures: 1 })
    now += 1500
    expect(window.sum()).toEqual({ calls: 1, failures: 1 })
    now += 2000
    expect(window.sum()).toEqual({ calls: 0, failures: 0 })
  },
)
