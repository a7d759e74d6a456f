import { expect, test } from 'vitest'
import { applyJitter, longestLifeMs, resolvePolicy } from '../../src/policy/policy.ts'

test('defaults: no jitter, nothing stale, no limits, and null is not stored', () => {
  expect(resolvePolicy({ ttl: '5m' }, 'policy')).toEqual({
    ttlMs: 300_000,
    jitter: 0,
    negativeTtlMs: 0,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    softTimeoutMs: 0,
    hardTimeoutMs: 0,
    earlyRefresh: false,
    strict: false,
  })
})

test.each([
  [{}, 'policy.ttl'],
  [{ ttl: 300 }, 'policy.ttl'],
  [{ ttl: '5m', jitter: 1 }, 'policy.jitter'],
  [{ ttl: '5m', jitter: '10%' }, 'policy.jitter'],
  [{ ttl: '5m', negativeTtl: '0s' }, 'policy.negativeTtl'],
  [{ ttl: '5m', timeToLive: '5m' }, 'policy.timeToLive'],
  [{ ttl: '5m', staleIfError: 60 }, 'policy.staleIfError'],
  [{ ttl: '5m', hardTimeout: 'forever' }, 'policy.hardTimeout'],
  [{ ttl: '5m', earlyRefresh: 1 }, 'policy.earlyRefresh'],
  [{ ttl: '5m', earlyRefresh: 'always' }, 'policy.earlyRefresh'],
  [{ ttl: 'forever', earlyRefresh: 0.8 }, 'policy.earlyRefresh'],
  [{ ttl: '5m', softTimeout: '1s' }, 'policy.softTimeout'],
  [{ ttl: '5m', softTimeout: '1s', staleIfError: '1m', staleWhileRevalidate: '1m' }, 'policy.softTimeout'],
  [{ ttl: '5m', staleIfError: '1m', softTimeout: '2s', hardTimeout: '2s' }, 'policy.softTimeout'],
  [{ ttl: '5m', consistency: 'eventual' }, 'policy.consistency'],
  [null, 'policy'],
])('%j is refused, naming the option', (policy, path) => {
  expect(() => resolvePolicy(policy as never, 'policy')).toThrow(expect.objectContaining({ path }) as Error)
})

test('jitter moves a TTL both ways by at most its share', () => {
  expect(applyJitter(1000, 0.1, 0)).toBe(900)
  expect(applyJitter(1000, 0.1, 0.5)).toBe(1000)
  expect(applyJitter(1000, 0.1, 1)).toBe(1100)
  expect(applyJitter(Infinity, 0.1, 0)).toBe(Infinity)
})

test('an entry lives for its TTL and the longer of its stale times', () => {
  const policy = { ttl: '10s', jitter: 0.5, staleWhileRevalidate: '5s', staleIfError: '20s' } as const
  expect(longestLifeMs(resolvePolicy(policy, 'policy'))).toBe(35_000)
})
