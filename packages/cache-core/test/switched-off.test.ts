import { expect, test } from 'vitest'
import { createCache } from '../src/index.ts'

function switchedOff() {
  const cache = createCache({ namespace: 'off', enabled: false })
  const row = cache.define({ key: 'row:{id}', policy: { ttl: '5m' }, load: ({ id }) => Number(id) })
  return { cache, row }
}

test('switched off, reads that load do so, and those that look find nothing', async () => {
  const { cache, row } = switchedOff()
  expect(await row.refresh({ id: 1 })).toBe(1)
  expect(await row.getOrSetMany([{ id: 1 }, { id: 2 }])).toEqual([1, 2])
  expect(await cache.warm([() => row.getOrSet({ id: 3 })])).toEqual({ loaded: 1, failed: 0 })
  expect(await row.get({ id: 1 })).toBeUndefined()
  expect(await row.getMany([{ id: 1 }, { id: 2 }])).toEqual([undefined, undefined])
  expect(await row.has({ id: 1 })).toBe(false)
  expect(await row.entry({ id: 1 })).toMatchObject({ hit: false, tier: 'none', reason: 'absent' })
})

test('switched off, writes are done and nothing is stored', async () => {
  const { cache, row } = switchedOff()
  expect(await row.set({ id: 1 }, 7)).toBe(false)
  expect(await row.expire({ id: 1 }, '1h')).toBe(false)
  expect(await row.writeThrough({ id: 1 }, () => 8)).toBe(8)
  expect(await cache.guard({ tag: 'rows' }, () => 'written')).toBe('written')
  expect(await cache.invalidate('all')).toMatchObject({ removed: 0, queued: 0 })
  expect(await cache.health()).toMatchObject({ status: 'degraded' })
})

test('switched off, counters show their source and refuse to count', async () => {
  const views = switchedOff().cache.counter({ key: 'views:{id}', seed: () => 5 })
  expect(await views.getMany([{ id: 1 }, { id: 2 }])).toEqual([5, 5])
  await expect(views.increment({ id: 1 })).rejects.toMatchObject({ code: 'E_CACHE_STORE' })
})
