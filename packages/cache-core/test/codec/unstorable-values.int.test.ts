import { z } from 'zod'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { closeAll } from '../support/connect.ts'
import { createGate } from '../support/gate.ts'
import { connectWatched, nextOf, ofAnyValue } from '../support/watch-values.ts'

afterEach(closeAll)

describe('a value that cannot be stored', () => {
  const tooLarge = { text: 'x'.repeat(200) }

  test.each<[string, unknown, string]>([
    ['is larger than maxValueBytes', tooLarge, 'size'],
    ['holds a function', { callback: () => 1 }, 'value'],
    [
      'holds itself',
      (() => {
        const self: unknown[] = []
        self.push(self)
        return self
      })(),
      'value',
    ],
  ])('because it %s goes to its callers all the same', async (_why, value, reason) => {
    const { cache, redis, reasons } = await connectWatched({ maxValueBytes: 100 })
    const entry = cache.define({ ...ofAnyValue, load: () => value })
    expect(await entry.getOrSet({ id: 1 })).toBe(value)
    expect(await entry.writeThrough({ id: 1 }, () => value)).toBe(value)
    expect(await entry.set({ id: 1 }, value)).toBe(false)
    expect(reasons).toEqual([reason, reason, reason])
    await vi.waitFor(async () => {
      expect(await redis.exists(`${cache.namespace}:any:1`)).toBe(0)
    })
    expect(cache.stats()).toMatchObject({ fills: 0, loadErrors: 0, storeErrors: 0 })
  })

  test('leaves no older one behind: set and refresh replace it by nothing', async () => {
    const { cache } = await connectWatched()
    const entry = cache.define({ ...ofAnyValue, maxValueBytes: 100, load: (): unknown => tooLarge })
    await entry.set({ id: 1 }, 'older')
    expect(await entry.set({ id: 1 }, tooLarge)).toBe(false)
    expect(await entry.get({ id: 1 })).toBeUndefined()
    await entry.set({ id: 1 }, 'older')
    expect(await entry.refresh({ id: 1 })).toEqual(tooLarge)
    await vi.waitFor(async () => {
      expect(await entry.get({ id: 1 })).toBeUndefined()
    })
  })

  test('is shared as copies with those who waited for it', async () => {
    const { cache } = await connectWatched()
    const gate = createGate()
    const load = vi.fn(() => gate.pass().then(() => tooLarge))
    const entry = cache.define({ ...ofAnyValue, maxValueBytes: 100, load })
    const reads = [1, 2, 3].map(() => entry.getOrSet({ id: 1 }))
    await gate.reached
    gate.open()
    const values = await Promise.all(reads)
    expect(values).toEqual([tooLarge, tooLarge, tooLarge])
    expect(new Set(values).size).toBe(3)
    expect(load).toHaveBeenCalledTimes(1)
  })
})

describe('a schema', () => {
  test('that answers later checks what is loaded, stored and read', async () => {
    const { cache, redis, reasons } = await connectWatched()
    const Even = z.object({ count: z.number().refine((count) => Promise.resolve(count % 2 === 0)) })
    const entry = cache.define({ ...ofAnyValue, schema: Even, load: () => ({ count: 2, secret: 'x' }) })
    const filled = nextOf(cache, 'fill')
    expect(await entry.getOrSet({ id: 1 })).toEqual({ count: 2 })
    await filled
    expect(await entry.get({ id: 1 })).toEqual({ count: 2 })
    const key = `${cache.namespace}:any:1`
    await redis.set(key, ((await redis.get(key)) ?? '').replace('"count":2', '"count":3'))
    expect(await entry.get({ id: 1 })).toBeUndefined()
    expect(reasons).toEqual(['schema'])
  })

  test('that throws stores nothing and turns nothing away', async () => {
    const { cache, redis, reasons } = await connectWatched()
    const Fussy = z.unknown().transform((): unknown => {
      throw new Error('a fault of the schema')
    })
    const entry = cache.define({ ...ofAnyValue, schema: Fussy, load: () => ({ a: 1 }) })
    expect(await entry.getOrSet({ id: 1 })).toEqual({ a: 1 })
    expect(await entry.set({ id: 1 }, { a: 2 })).toBe(false)
    expect(reasons).toEqual(['schema', 'schema'])
    expect(await redis.get(`${cache.namespace}:any:1`)).toBeNull()
  })

  test('shapes the value even where valueTags throw, so that nothing it removes is returned', async () => {
    const { cache, reasons } = await connectWatched()
    const entry = cache.define({
      ...ofAnyValue,
      schema: z.object({ id: z.number() }),
      load: () => ({ id: 1, passwordHash: 'secret' }),
      valueTags: () => {
        throw new Error('a fault of the tags')
      },
    })
    expect(await entry.getOrSet({ id: 1 })).toEqual({ id: 1 })
    expect(reasons).toEqual(['value'])
  })
})
