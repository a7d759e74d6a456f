import { expect, test } from 'vitest'
import { durationToMs, finiteDurationToMs, type Duration } from '../../src/index.ts'

test.each<[Duration, number]>([
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5h', 5_400_000],
  ['5m', 300_000],
  ['1d', 86_400_000],
  ['forever', Infinity],
])('%s is %d ms', (duration, ms) => {
  expect(durationToMs(duration, 'ttl')).toBe(ms)
})

test.each([
  30,
  '30',
  '',
  '-1s',
  '0s',
  '1 s',
  '1e9999999s',
  'NaNs',
  '1y',
  null,
  undefined,
  {},
  '99999999999999999999d',
])('%j is refused, naming the path', (duration) => {
  expect(() => durationToMs(duration as Duration, 'policy.ttl')).toThrow(/^policy\.ttl: /)
})

test('a number gets a hint, and forever is refused where there must be an end', () => {
  expect(() => durationToMs(30 as never, 'ttl')).toThrow("write '30ms' or '30s'")
  expect(() => finiteDurationToMs('forever', 'redisTimeout')).toThrow(/^redisTimeout: /)
})
