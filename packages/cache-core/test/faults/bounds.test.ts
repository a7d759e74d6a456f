import { expect, test } from 'vitest'
import { judge } from '../support/bounds.ts'

test.each([
  ['what took less is kept, however late timers were', [180, 900, 900], 'kept'],
  ['what the event loop was late does not count', [230, 40, 40], 'kept'],
  ['what took longer all the same is broken', [260, 40, 40], 'broken'],
  ['what took longer on a machine that was late proves nothing', [900, 0, 60], 'too busy to tell'],
  ['what took longer in a process that was late proves nothing', [260, 200, 200], 'too busy to tell'],
] as const)('of a bound of 200 ms, %s', (_, [elapsedMs, loopMs, lateMs], verdict) => {
  expect(judge({ elapsedMs, loopMs, lateMs }, 200)).toBe(verdict)
})

test('the longer the bound, the more lateness it bears', () => {
  const measured = { elapsedMs: 2100, loopMs: 400, lateMs: 400 }
  expect([judge(measured, 2000), judge(measured, 1500)]).toEqual(['kept', 'too busy to tell'])
})
