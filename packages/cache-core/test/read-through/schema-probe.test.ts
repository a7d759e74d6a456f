import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createCache, type Cache, type StandardSchema } from '../../src/index.ts'

const caches: Cache[] = []

afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close()
})

/** Loads twice with that schema; what the cache warned of. */
async function warningsOf<Value>(schema: StandardSchema<Value, Value>, value: Value): Promise<string[]> {
  const cache = createCache({ namespace: 'probe', enabled: false })
  caches.push(cache)
  const warnings: string[] = []
  cache.on('warning', ({ message }) => warnings.push(message))
  const settled = vi.fn()
  const watched: StandardSchema<Value, Value> = {
    '~standard': {
      ...schema['~standard'],
      validate: async (given) => {
        const result = await schema['~standard'].validate(given)
        settled()
        return result
      },
    },
  }
  const entry = cache.define({ key: 'a:{id}', schema: watched, policy: { ttl: '5m' }, load: () => value })
  await entry.getOrSet({ id: 1 })
  await entry.getOrSet({ id: 2 })
  // Two loads and the probe, whose answer follows within the same turn.
  await vi.waitFor(() => {
    expect(settled).toHaveBeenCalledTimes(3)
  })
  await new Promise((resolve) => setImmediate(resolve))
  return warnings
}

test('a schema that changes what it returned before is warned of, once, by the definition’s name', async () => {
  const growing = z.number().transform((count) => count + 1)
  expect(await warningsOf(growing, 1)).toEqual([
    "the schema of 'a:{id}' changes what it returned before, so hits differ from misses",
  ])
})

test('so is one that refuses what it returned before', async () => {
  const hashing = z
    .string()
    .max(5)
    .transform((text) => `${text}-hashed`)
  expect(await warningsOf(hashing, 'a')).toEqual([
    "the schema of 'a:{id}' refuses what it returned before, so stored values are never hits",
  ])
})

test('transforms that settle, and rich types, are nothing to warn of', async () => {
  const Video = z.object({ title: z.string().trim(), at: z.date(), tags: z.array(z.string()).default([]) })
  expect(await warningsOf(Video as never, { title: ' a ', at: new Date(0) })).toEqual([])
})
