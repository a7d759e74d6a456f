import { afterEach, expect, test, vi } from 'vitest'
import { decodeSlot } from '../../src/envelope/slot.ts'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { createGate } from '../support/gate.ts'

afterEach(closeAll)

test('rule 1: a slot is absent, then a lease with a short life, then a value with the policy’s', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const gate = createGate()
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '10m' },
    load: async () => {
      await gate.pass()
      return 'loaded'
    },
  })
  const key = `${namespace}:video:1`
  expect(decodeSlot(await redis.get(key)).kind).toBe('absent')
  const read = video.getOrSet({ id: 1 })
  await gate.reached
  expect(decodeSlot(await redis.get(key))).toMatchObject({ kind: 'lease' })
  expect(await redis.pttl(key)).toBeLessThanOrEqual(3000)
  gate.open()
  await read
  await vi.waitFor(async () => {
    expect(decodeSlot(await redis.get(key))).toMatchObject({
      kind: 'value',
      payload: '"loaded"',
      version: 1,
      tags: [],
    })
  })
  expect(await redis.pttl(key)).toBeGreaterThan(9 * 60_000)
})

test('rule 1: times in the header are Redis’ time, whatever this machine’s clock says', async () => {
  const namespace = uniqueNamespace()
  const skewed = {
    now: () => performance.now(),
    epochMs: () => 0,
    setTimer: (delayMs: number, callback: () => void) => {
      const handle = setTimeout(callback, delayMs)
      return {
        cancel: () => {
          clearTimeout(handle)
        },
      }
    },
  }
  const { cache, redis } = await connectCache({ namespace, clock: skewed })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '10m' }, load: () => 'loaded' })
  await video.getOrSet({ id: 1 })
  await vi.waitFor(async () => {
    expect(await video.has({ id: 1 })).toBe(true)
  })
  const slot = decodeSlot(await redis.get(`${namespace}:video:1`))
  const [seconds] = await redis.time()
  expect(slot.kind === 'value' && Math.abs(slot.loadedAt - Number(seconds) * 1000)).toBeLessThan(5000)
})

test('rule 3: garbage in a slot is overwritten, and what holds no entry is not counted as one', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '10m' }, load: () => 'loaded' })
  await redis.set(`${namespace}:video:1`, 'not ours')
  await redis.rpush(`${namespace}:video:2`, 'a', 'list')
  expect(await video.get({ id: 1 })).toBeUndefined()
  for (const id of [1, 2]) {
    expect(await video.getOrSet({ id })).toBe('loaded')
    await vi.waitFor(async () => {
      expect(await video.get({ id })).toBe('loaded')
    })
  }
})

test('rule 3: a slot of a later format is left alone, and its readers load for themselves', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '10m' }, load: () => 'loaded' })
  await redis.set(`${namespace}:video:1`, 'V9 from the future')
  expect(await video.getOrSet({ id: 1 })).toBe('loaded')
  expect(await redis.get(`${namespace}:video:1`)).toBe('V9 from the future')
})

test('a raised version of a definition makes older entries misses, and an older process leaves the newer entry', async () => {
  const namespace = uniqueNamespace()
  const older = await connectCache({ namespace })
  const newer = await connectCache({ namespace })
  const before = older.cache.define({
    key: 'video:{id}',
    policy: { ttl: '10m' },
    version: 1,
    load: () => 'old shape',
  })
  const after = newer.cache.define({
    key: 'video:{id}',
    policy: { ttl: '10m' },
    version: 2,
    load: () => 'new shape',
  })
  await before.getOrSet({ id: 1 })
  expect(await after.getOrSet({ id: 1 })).toBe('new shape')
  await vi.waitFor(async () => {
    expect(await after.get({ id: 1 })).toBe('new shape')
  })
  expect(await before.getOrSet({ id: 1 })).toBe('old shape')
  expect(await after.get({ id: 1 })).toBe('new shape')
  await before.invalidate({ id: 1 })
  expect(await after.get({ id: 1 })).toBeUndefined()
})
