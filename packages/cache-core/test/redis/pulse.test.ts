import { expect, test } from 'vitest'
import { Pulse } from '../../src/redis/pulse.ts'
import { ManualClock } from '../../src/testing/index.ts'

test('after a missed deadline only a probe now and then is sent, until an answer comes', () => {
  const clock = new ManualClock()
  const pulse = new Pulse(clock)
  expect([pulse.allows(), pulse.allows()]).toEqual([true, true])
  pulse.miss()
  expect(pulse.allows()).toBe(false)
  clock.advance('499ms')
  expect(pulse.allows()).toBe(false)
  clock.advance('1ms')
  expect([pulse.allows(), pulse.allows()]).toEqual([true, false])
  pulse.miss()
  clock.advance('500ms')
  expect(pulse.allows()).toBe(true)
  pulse.beat()
  expect([pulse.allows(), pulse.allows()]).toEqual([true, true])
})
