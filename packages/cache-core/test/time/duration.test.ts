import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CacheConfigError, durationToMs, finiteDurationToMs, type Duration } from '../../src/index.ts'

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

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]))

test('any whole number of a unit is so many of its milliseconds, in whichever unit it is told', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000_000 }), unit, (count, name) => {
      const ms = durationToMs(`${count}${name}`, 'ttl')
      expect(ms).toBe(count * units[name])
      expect(durationToMs(`${ms}ms`, 'ttl')).toBe(ms)
      expect(finiteDurationToMs(`${count}${name}`, 'ttl')).toBe(ms)
    }),
  )
})

/** The milliseconds of a text, or the path and code of its refusal. */
function outcomeOf(text: string): unknown {
  try {
    return durationToMs(text as Duration, 'policy.ttl')
  } catch (error) {
    return error instanceof CacheConfigError ? [error.path, error.code] : error
  }
}

const refused = ['policy.ttl', 'E_CACHE_CONFIG']

test('a fraction is rounded to whole milliseconds, and what comes to none is refused', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(999), unit, (whole, thousandths, name) => {
      const text = `${String(whole)}.${String(thousandths).padStart(3, '0')}${name}`
      const rounded = Math.round(((whole * 1000 + thousandths) * units[name]) / 1000)
      expect(outcomeOf(text)).toEqual(rounded === 0 ? refused : rounded)
    }),
  )
})

test('what only looks like a duration, and any other text, is refused', () => {
  const nearly = fc.tuple(
    fc.constantFrom('', '-', '+', ' ', '1e', '.', '0x', 'forever'),
    fc.nat(),
    fc.constantFrom('', '.', ' ', '\n', '_'),
    unit,
    fc.constantFrom('', ' ', 's', '\n', '1s'),
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    nearly.map((parts) => parts.join('')),
  )
  const isDuration = (given: string): boolean => given === 'forever' || /^\d+(\.\d+)?(ms|[smhd])$/.test(given)
  fc.assert(
    fc.property(
      text.filter((given) => !isDuration(given)),
      (given) => {
        expect(outcomeOf(given)).toEqual(refused)
      },
    ),
  )
})
