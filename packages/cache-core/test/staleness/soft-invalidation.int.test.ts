import { afterEach, describe, expect, test, vi } from 'vitest'
import { createCache, type Cache, type Definition, type KeyValue, type Policy } from '../../src/index.ts'
import { ManualClock } from '../../src/testing/index.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'
import { createGate, type Gate } from '../support/gate.ts'

afterEach(closeAll)

interface Stored {
  readonly cache: Cache
  readonly video: Definition<{ readonly id: KeyValue }, string>
}

describe('rule 12: a soft invalidation', () => {
  const targets = {
    'a key': { key: 'video:1' },
    'a tag': { tag: 'videos' },
    'a pattern': { pattern: 'video:*' },
    all: 'all',
  } as const

  async function stored(own: Policy): Promise<Stored> {
    const clock = new ManualClock()
    const cache = createCache({ redis: await connect(), namespace: uniqueNamespace(), clock })
    const load = (): string => 'new'
    const video = cache.define({ key: 'video:{id}', policy: own, load, tags: () => ['videos'] })
    await video.set({ id: 1 }, 'old')
    return { cache, video }
  }

  test.each(Object.entries(targets))('of %s starts staleWhileRevalidate now', async (_, target) => {
    const { cache, video } = await stored({ ttl: '10m', staleWhileRevalidate: '30s' })
    await cache.invalidate(target, { mode: 'soft' })
    expect(await video.get({ id: 1 })).toBeUndefined()
    expect(await video.getOrSet({ id: 1 })).toBe('old')
    await vi.waitFor(async () => {
      expect(await video.get({ id: 1 })).toBe('new')
    })
  })

  test.each(Object.entries(targets))(
    'of %s without that policy makes the next read load',
    async (_, target) => {
      const { cache, video } = await stored({ ttl: '10m' })
      await cache.invalidate(target, { mode: 'soft' })
      expect(await video.getOrSet({ id: 1 })).toBe('new')
    },
  )

  test.each(Object.entries(targets))(
    'of %s leaves staleIfError its right, a hard one ends it',
    async (_, target) => {
      const { cache, video } = await stored({ ttl: '10m', staleIfError: '10m' })
      const fail = (): Promise<string> => Promise.reject(new RangeError('the source is gone'))
      await cache.invalidate(target, { mode: 'soft' })
      expect(await video.getOrSet({ id: 1 }, fail)).toBe('old')
      await cache.invalidate(target)
      await expect(video.getOrSet({ id: 1 }, fail)).rejects.toThrow(RangeError)
    },
  )

  test.each(Object.entries(targets))('of %s voids refreshes that are under way', async (_, target) => {
    const { cache, video } = await stored({ ttl: '10m', staleWhileRevalidate: '30s' })
    const gates = [createGate(), createGate()] as const
    const overtaken = (gate: Gate) => (): Promise<string> => gate.pass().then(() => 'overtaken')
    await cache.invalidate(target, { mode: 'soft' })
    expect(await video.getOrSet({ id: 1 }, overtaken(gates[0]))).toBe('old')
    await gates[0].reached
    await cache.invalidate(target, { mode: 'soft' })
    gates[0].open()
    await vi.waitFor(() => {
      expect(cache.stats()).toMatchObject({ refreshes: 1, fills: 1, fillsDiscarded: 1 })
    })
    const asked = video.getOrSet({ id: 1 }, overtaken(gates[1]), { fresh: true })
    await gates[1].reached
    await cache.invalidate(target, { mode: 'soft' })
    gates[1].open()
    expect(await asked).toBe('overtaken')
    await cache.close()
    expect(cache.stats()).toMatchObject({ fills: 1, fillsDiscarded: 2 })
    expect(await video.get({ id: 1 })).toBeUndefined()
  })
})
