import { expect, test } from 'vitest'
import { isEarly, phaseAt } from '../../src/policy/freshness.ts'
import { resolvePolicy } from '../../src/policy/policy.ts'

test.each([
  [999, 'fresh'],
  [1000, 'revalidate'],
  [5999, 'revalidate'],
  [6000, 'ifError'],
  [20_999, 'ifError'],
  [21_000, 'gone'],
])('at %i ms a value is %s', (now, phase) => {
  const policy = resolvePolicy({ ttl: '1s', staleWhileRevalidate: '5s', staleIfError: '20s' }, 'policy')
  expect(phaseAt(now, 1000, policy)).toBe(phase)
})

test('a share of the TTL refreshes from there on', () => {
  const lifetime = { storedAt: 0, freshUntil: 1000, loadCostMs: 50 }
  expect(isEarly(799, lifetime, { earlyRefresh: 0.8, random: 0.5 })).toBe(false)
  expect(isEarly(800, lifetime, { earlyRefresh: 0.8, random: 0.5 })).toBe(true)
  expect(isEarly(800, lifetime, { earlyRefresh: false, random: 0.999 })).toBe(false)
  expect(isEarly(800, { ...lifetime, freshUntil: Infinity }, { earlyRefresh: 'xfetch', random: 0.999 })).toBe(
    false,
  )
})

test('xfetch refreshes by chance as its distribution says', () => {
  // At a distance of one load cost before the expiry the chance is e^-1; drawn evenly, so the share is exact.
  const lifetime = { storedAt: 0, freshUntil: 1000, loadCostMs: 100 }
  const draws = Array.from({ length: 10_000 }, (_, index) => (index + 0.5) / 10_000)
  const share = (now: number): number =>
    draws.filter((random) => isEarly(now, lifetime, { earlyRefresh: 'xfetch', random })).length / draws.length
  expect(share(900)).toBeCloseTo(Math.exp(-1), 3)
  expect(share(700)).toBeCloseTo(Math.exp(-3), 3)
  expect(share(1000)).toBe(1)
})
