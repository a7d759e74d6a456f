import { expect, test } from 'vitest'
import { applyJitter, resolvePolicy } from '../../src/policy/policy.ts'

test('defaults: no jitter, and null is not stored', () => {
  expect(resolvePolicy({ ttl: '5m' }, 'policy')).toEqual({ ttlMs: 300_000, jitter: 0, negativeTtlMs: 0 })
})

test.each([
  [{}, 'policy.ttl'],
  [{ ttl: 300 }, 'policy.ttl'],
  [{ ttl: '5m', jitter: 1 }, 'policy.jitter'],
  [{ ttl: '5m', jitter: '10%' }, 'policy.jitter'],
  [{ ttl: '5m', negativeTtl: '0s' }, 'policy.negativeTtl'],
  [{ ttl: '5m', timeToLive: '5m' }, 'policy.timeToLive'],
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
