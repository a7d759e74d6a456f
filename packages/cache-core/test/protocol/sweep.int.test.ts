import { afterEach, expect, test, vi } from 'vitest'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { createGate } from '../support/gate.ts'

afterEach(closeAll)

test('rule 13: a matching compares parameters, where a glob would find more', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const list = cache.define({
    key: 'list:page:{page}[:owner:{owner}]',
    policy: { ttl: '5m' },
    load: () => 'list',
  })
  for (const params of [
    { page: 1 },
    { page: 11 },
    { page: 1, owner: 'a' },
    { page: 1, owner: 'ab' },
    { page: 2, owner: 'a' },
  ]) {
    await list.set(params, 'list')
  }
  const report = await list.invalidateMatching({ page: 1, owner: 'a' })
  expect(report).toMatchObject({ removed: 1, dryRun: false })
  expect(await list.has({ page: 1, owner: 'a' })).toBe(false)
  expect((await list.invalidateMatching({ page: 1 })).removed).toBe(2)
  expect(await list.has({ page: 11 })).toBe(true)
  expect(await list.has({ page: 2, owner: 'a' })).toBe(true)
})

test('rule 13: only entries and leases are swept; counters, helper keys and other programs’ data stay', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, tags: () => ['t'], load: () => 'v' })
  const views = cache.counter({ key: 'video:views:{id}', seed: () => 41 })
  await video.set({ id: 1 }, 'v')
  await views.increment({ id: 1 })
  await redis.set(`${namespace}:video:mine`, 'V for victory')
  await redis.hset(`${namespace}:video:hash`, 'field', 'value')
  expect(await cache.invalidate({ pattern: 'video:*' })).toMatchObject({ removed: 1 })
  await video.set({ id: 2 }, 'v')
  expect(await cache.invalidate('all')).toMatchObject({ removed: 1 })
  expect((await redis.keys(`${namespace}:*`)).sort()).toEqual(
    ['video:hash', 'video:mine', 'video:views:1', '~generation', '~tag:t'].map(
      (key) => `${namespace}:${key}`,
    ),
  )
  expect(await views.get({ id: 1 })).toBe(42)
})

test('rule 13: a lease is swept too, so a load that began before cannot store', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const gate = createGate()
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: () => gate.pass().then(() => 'old'),
  })
  const leader = video.getOrSet({ id: 1 })
  await gate.reached
  expect(await cache.invalidate({ pattern: 'vid*' })).toMatchObject({ removed: 1 })
  gate.open()
  await leader
  await vi.waitFor(() => {
    expect(cache.stats().fillsDiscarded).toBe(1)
  })
})

test('a sweep reports progress, can be tried first, and can be stopped', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const item = cache.define({ key: 'item:{id}', policy: { ttl: '5m' }, load: () => 'i' })
  await Promise.all(Array.from({ length: 1500 }, (_, id) => item.set({ id }, 'i')))
  const dry = await cache.invalidate({ pattern: 'item:*' }, { dryRun: true })
  expect(dry).toMatchObject({ removed: 1500, dryRun: true })
  const controller = new AbortController()
  const progress: number[] = []
  const stopped = cache.invalidate(
    { pattern: 'item:*' },
    {
      signal: controller.signal,
      onProgress: ({ removed }) => {
        progress.push(removed)
        controller.abort(new Error('enough'))
      },
    },
  )
  await expect(stopped).rejects.toThrow('enough')
  expect(progress).toHaveLength(1)
  expect((await cache.invalidate({ pattern: 'item:*' })).removed).toBe(1500 - (progress[0] ?? 0))
})

test('rule 14: all leaves another namespace of the same server alone', async () => {
  const namespace = uniqueNamespace()
  const one = await connectCache({ namespace })
  const other = await connectCache({ namespace: `${namespace}2` })
  const options = { key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'v' } as const
  const [mine, theirs] = [one.cache.define(options), other.cache.define(options)]
  await mine.set({ id: 1 }, 'v')
  await theirs.set({ id: 1 }, 'v')
  await one.cache.invalidate('all')
  expect([await mine.has({ id: 1 }), await theirs.has({ id: 1 })]).toEqual([false, true])
})
