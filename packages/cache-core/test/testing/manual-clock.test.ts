import { expect, test } from 'vitest'
import { ManualClock } from '../../src/testing/index.ts'

test('time stands still until it is moved, and timers fire in the order of their time', () => {
  const clock = new ManualClock(1000)
  const fired: string[] = []
  clock.setTimer(20, () => fired.push(`second at ${clock.epochMs()}`))
  clock.setTimer(10, () => fired.push(`first at ${clock.epochMs()}`))
  clock.setTimer(15, () => fired.push('cancelled')).cancel()
  clock.setTimer(31, () => fired.push('too late'))
  const start = clock.now()
  clock.advance('30ms')
  expect(fired).toEqual(['first at 1010', 'second at 1020'])
  expect([clock.now() - start, clock.epochMs()]).toEqual([30, 1030])
})

test('a timer that is started by another fires in the same advance, if it falls due in it', () => {
  const clock = new ManualClock()
  const fired: number[] = []
  const again = (): void => {
    fired.push(clock.now())
    clock.setTimer(10, again)
  }
  clock.setTimer(10, again)
  clock.advance('35ms')
  expect(fired).toHaveLength(3)
})

test('advanceAsync lets what a timer wakes start the next timer before that one would be due', async () => {
  const clock = new ManualClock()
  const polls: number[] = []
  const start = clock.now()
  const poll = async (): Promise<void> => {
    for (;;) {
      await new Promise<void>((resolve) => clock.setTimer(10, resolve))
      polls.push(clock.now() - start)
    }
  }
  void poll()
  await clock.advanceAsync('35ms')
  expect(polls).toEqual([10, 20, 30])
})

test('while it blocks nothing fires, and afterwards what is overdue does, late', () => {
  const clock = new ManualClock()
  const fired: number[] = []
  const start = clock.now()
  clock.setTimer(10, () => fired.push(clock.now() - start))
  clock.block('1s')
  expect(fired).toEqual([])
  clock.unblock()
  expect(fired).toEqual([1000])
})

test('it goes to the next timer, however far away, if there is one', () => {
  const clock = new ManualClock()
  const fired: number[] = []
  const start = clock.now()
  for (const delayMs of [86_400_000, 10]) clock.setTimer(delayMs, () => fired.push(clock.now() - start))
  expect([clock.advanceToNext(), clock.advanceToNext(), clock.advanceToNext()]).toEqual([true, true, false])
  expect(fired).toEqual([10, 86_400_000])
})

test('a number is no time to move on by', () => {
  const clock = new ManualClock()
  expect(() => clock.advance(5 as never)).toThrow(expect.objectContaining({ path: 'by' }) as Error)
})
