import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Redis } from 'ioredis'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { createGate } from '../support/gate.ts'

afterEach(closeAll)

/** What can happen to a slot while its load runs, each without any help of this package. */
const interferences: Readonly<Record<string, (redis: Redis, key: string) => Promise<unknown>>> = {
  DEL: (redis, key) => redis.del(key),
  UNLINK: (redis, key) => redis.unlink(key),
  'a SET by hand': (redis, key) => redis.set(key, 'by hand'),
  'an expiry': (redis, key) => redis.pexpire(key, 0),
  'a RENAME': (redis, key) => redis.rename(key, `${key}-elsewhere`),
}

describe.each(Object.entries(interferences))('rule 4: %s while the load runs', (_, interfere) => {
  test('voids the fill, and only the leader gets the value', async () => {
    const namespace = uniqueNamespace()
    const { cache, redis } = await connectCache({ namespace })
    const gate = createGate()
    const video = cache.define({
      key: 'video:{id}',
      policy: { ttl: '5m' },
      load: async () => {
        await gate.pass()
        return 'overtaken'
      },
    })
    const leader = video.getOrSet({ id: 1 })
    await gate.reached
    await interfere(redis, `${namespace}:video:1`)
    const before = await redis.get(`${namespace}:video:1`)
    gate.open()
    expect(await leader).toBe('overtaken')
    await vi.waitFor(() => {
      expect(cache.stats()).toMatchObject({ fills: 0, fillsDiscarded: 1 })
    })
    expect(await redis.get(`${namespace}:video:1`)).toBe(before)
  })
})

test('rule 4: the leader does not wait for the fill, close does', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'loaded' })
  expect(await video.getOrSet({ id: 1 })).toBe('loaded')
  await cache.close()
  expect(cache.stats().fills).toBe(1)
})

test('rule 4: a load that finds nothing removes the stale value that it was to replace', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: (): string | undefined => undefined,
  })
  await video.set({ id: 1 }, 'to be replaced')
  expect(await video.refresh({ id: 1 })).toBeUndefined()
  await vi.waitFor(async () => {
    expect(await redis.exists(`${namespace}:video:1`)).toBe(0)
  })
})

test('rule 5: a loader that throws leaves no lease, and nobody runs it twice for one wait', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const failure = new TypeError('the source is gone')
  const load = vi.fn((): Promise<string> => Promise.reject(failure))
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load })
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => video.getOrSet({ id: 1 })))
  expect(
    new Set(results.map((result) => (result.status === 'rejected' ? result.reason : undefined))),
  ).toEqual(new Set([failure]))
  expect(load).toHaveBeenCalledTimes(1)
  await vi.waitFor(async () => {
    expect(await redis.exists(`${namespace}:video:1`)).toBe(0)
  })
})

test('null is not stored without negativeTtl, and skip stores nothing', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const load = vi.fn((): null => null)
  const absent = cache.define({ key: 'absent:{id}', policy: { ttl: '5m' }, load })
  const skipped = cache.define({
    key: 'skipped:{id}',
    policy: { ttl: '5m' },
    load: (_, { skip }) => skip('not kept'),
  })
  expect([await absent.getOrSet({ id: 1 }), await absent.getOrSet({ id: 1 })]).toEqual([null, null])
  expect(load).toHaveBeenCalledTimes(2)
  expect(await skipped.getOrSet({ id: 1 })).toBe('not kept')
  await cache.close()
  expect(await redis.keys(`${namespace}:[as]*`)).toEqual([])
})

test('the loader’s context sets the TTL and adds tags', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: (_, context) => {
      context.ttl('30s')
      context.tags(['late'])
      return 'loaded'
    },
  })
  await video.getOrSet({ id: 1 })
  await vi.waitFor(async () => {
    expect((await video.entry({ id: 1 })).tags).toEqual(['late'])
  })
  expect(await redis.pttl(`${namespace}:video:1`)).toBeLessThanOrEqual(30_000)
  await cache.invalidate({ tag: 'late' })
  expect(await video.get({ id: 1 })).toBeUndefined()
})
