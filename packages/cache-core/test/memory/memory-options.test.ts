import { expect, test } from 'vitest'
import { isCacheError } from '../../src/index.ts'
import { resolveNearMemory, resolveOwnMemory } from '../../src/memory/memory-options.ts'

test('there is no near tier unless one is asked for', () => {
  expect(resolveNearMemory(undefined)).toBeUndefined()
  expect(resolveNearMemory(false)).toBeUndefined()
})

test('an empty object takes all defaults', () => {
  expect(resolveNearMemory({})).toEqual({
    maxEntries: 10_000,
    maxBytes: 67_108_864,
    ttlMs: 5000,
    coherence: 'bus',
    freeze: false,
  })
})

test('what is given is taken', () => {
  const memory = { maxEntries: 1, maxBytes: 1, ttl: '1m', coherence: 'tracking', freeze: true } as const
  expect(resolveNearMemory(memory)).toEqual({
    maxEntries: 1,
    maxBytes: 1,
    ttlMs: 60_000,
    coherence: 'tracking',
    freeze: true,
  })
})

test.each([
  [true, 'memory'],
  [null, 'memory'],
  ['5s', 'memory'],
  [{ maxItems: 1 }, 'memory.maxItems'],
  [{ maxEntries: 0 }, 'memory.maxEntries'],
  [{ maxEntries: 1.5 }, 'memory.maxEntries'],
  [{ maxEntries: 10_000_001 }, 'memory.maxEntries'],
  [{ maxEntries: '10' }, 'memory.maxEntries'],
  [{ maxBytes: -1 }, 'memory.maxBytes'],
  [{ maxBytes: Infinity }, 'memory.maxBytes'],
  [{ ttl: 5000 }, 'memory.ttl'],
  [{ ttl: '0s' }, 'memory.ttl'],
  [{ ttl: 'forever' }, 'memory.ttl'],
  [{ coherence: 'none' }, 'memory.coherence'],
  [{ freeze: 'yes' }, 'memory.freeze'],
])('%j is refused, naming %s', (memory, path) => {
  let error: unknown
  try {
    resolveNearMemory(memory as never)
  } catch (thrown) {
    error = thrown
  }
  expect(isCacheError(error, 'E_CACHE_CONFIG')).toBe(true)
  expect(error).toMatchObject({ path })
})

test('a cache that has nothing but memory takes the limits alone', () => {
  expect(resolveOwnMemory(undefined)).toEqual({ maxEntries: 10_000, maxBytes: 67_108_864 })
  expect(resolveOwnMemory({ maxEntries: 5 })).toEqual({ maxEntries: 5, maxBytes: 67_108_864 })
  expect(() => resolveOwnMemory(false)).toThrow(/^memory: /)
  expect(() => resolveOwnMemory({ maxEntries: 5, ttl: '5s' })).toThrow(/^memory\.ttl: is for the near tier/)
  expect(() => resolveOwnMemory({ maxItems: 5 } as never)).toThrow(/^memory\.maxItems: /)
})
