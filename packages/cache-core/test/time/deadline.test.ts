import { expect, test, vi } from 'vitest'
import { Deadlines } from '../../src/time/deadline.ts'
import { ServerTime } from '../../src/time/server-time.ts'
import { ManualClock } from '../../src/testing/index.ts'

test('rule 21: a deadline passes after its time, unless it was stopped', () => {
  const clock = new ManualClock()
  const [kept, stopped] = [vi.fn(), vi.fn()]
  const deadlines = new Deadlines(clock, 100)
  deadlines.watch(kept)
  deadlines.watch(stopped)()
  clock.advance('99ms')
  expect(kept).not.toHaveBeenCalled()
  clock.advance('1ms')
  expect(kept).toHaveBeenCalledTimes(1)
  expect(stopped).not.toHaveBeenCalled()
})

test('rule 21: time in which the own event loop was late does not count', () => {
  const clock = new ManualClock()
  const onTimeout = vi.fn()
  new Deadlines(clock, 100).watch(onTimeout)
  clock.block('180ms')
  clock.unblock()
  expect(onTimeout).not.toHaveBeenCalled()
  clock.advance('79ms')
  expect(onTimeout).not.toHaveBeenCalled()
  clock.advance('1ms')
  expect(onTimeout).toHaveBeenCalledTimes(1)
})

test('rule 21: one timer serves all operations, each of which has its own time', () => {
  const clock = new ManualClock()
  const setTimer = vi.spyOn(clock, 'setTimer')
  const deadlines = new Deadlines(clock, 100)
  const [first, second, answered] = [vi.fn(), vi.fn(), vi.fn()]
  deadlines.watch(first)
  for (let operation = 0; operation < 50; operation += 1) deadlines.watch(answered)()
  expect(setTimer).toHaveBeenCalledTimes(1)
  clock.advance('60ms')
  deadlines.watch(second)
  clock.advance('40ms')
  expect([first, second].map((onTimeout) => onTimeout.mock.calls.length)).toEqual([1, 0])
  clock.advance('60ms')
  expect(second).toHaveBeenCalledTimes(1)
  clock.advance('1s')
  expect(answered).not.toHaveBeenCalled()
  expect(setTimer).toHaveBeenCalledTimes(2)
})

test('rule 21: operations that are given what is left of one time end together', () => {
  const clock = new ManualClock()
  const deadlines = new Deadlines(clock, 100)
  const ended: string[] = []
  deadlines.watch(() => ended.push('first'), 60)
  clock.advance('40ms')
  deadlines.watch(() => ended.push('second'), 20)
  clock.advance('19ms')
  expect(ended).toEqual([])
  clock.advance('1ms')
  expect(ended).toEqual(['first', 'second'])
})

test('rule 1: the server’s time follows replies, the most exact one first', () => {
  const clock = new ManualClock()
  const time = new ServerTime(clock)
  clock.advance('10ms')
  time.observe(5_000_000, clock.now() - 10)
  expect(time.now()).toBe(5_000_005)
  clock.advance('1s')
  time.observe(9_000_000, clock.now() - 1000)
  expect(time.now()).toBe(5_001_005)
  clock.advance('30s')
  time.observe(9_000_000, clock.now() - 1000)
  expect(time.now()).toBe(9_000_500)
})
