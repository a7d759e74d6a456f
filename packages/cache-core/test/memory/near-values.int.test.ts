import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createCache, type Codec } from '../../src/index.ts'
import { closeAll, closeLater, connect, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { connectNear, nearRead } from '../support/near-cache.ts'

afterEach(closeAll)

interface Video {
  id: number
  title: string
  tags: string[]
}

const policy = { ttl: '10m' } as const

/** A video that is in the memory of its cache. */
async function warmVideo(memory: object = {}) {
  const { cache } = await connectNear({ namespace: uniqueNamespace(), memory })
  const load = ({ id }: { id: unknown }): Video => ({ id: Number(id), title: 'a', tags: ['x'] })
  const video = cache.define({ key: 'video:{id}', policy, load })
  await eventually(async () => {
    expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toEqual({ id: 1, title: 'a', tags: ['x'] })
  })
  return { cache, video }
}

describe('what is handed out', () => {
  test('is each reader’s own', async () => {
    const { video } = await warmVideo()
    const one = await video.getOrSet({ id: 1 })
    one.tags.push('changed')
    one.title = 'changed'
    const [other] = await video.getMany([{ id: 1 }])
    expect(other).toEqual({ id: 1, title: 'a', tags: ['x'] })
    expect((await video.entry({ id: 1 })).value).toEqual({ id: 1, title: 'a', tags: ['x'] })
  })

  test('is one frozen value with freeze, which cannot be changed', async () => {
    const { cache, video } = await warmVideo({ freeze: true })
    const [one, other] = await Promise.all([video.getOrSet({ id: 1 }), video.getOrSet({ id: 1 })])
    expect(one).toBe(other)
    expect(() => one.tags.push('changed')).toThrow(TypeError)
    expect(await nearRead(cache, () => video.get({ id: 1 }))).toEqual({ id: 1, title: 'a', tags: ['x'] })
  })

  test('is copied also with freeze where it cannot be frozen', async () => {
    const { cache } = await connectNear({ namespace: uniqueNamespace(), memory: { freeze: true } })
    const dated = cache.define({ key: 'dated:{id}', policy, load: () => ({ at: new Date(5), list: [1] }) })
    await dated.getOrSet({ id: 1 })
    await eventually(async () => {
      expect(await nearRead(cache, () => dated.getOrSet({ id: 1 }))).toEqual({ at: new Date(5), list: [1] })
    })
    const one = await dated.getOrSet({ id: 1 })
    one.at.setTime(9)
    one.list.push(2)
    expect(await nearRead(cache, () => dated.getOrSet({ id: 1 }))).toEqual({ at: new Date(5), list: [1] })
  })

  const values = {
    'a text': 'a',
    zero: 0,
    'an empty text': '',
    false: false,
    'a rich value': { at: new Date(5), big: 5n, set: new Set([1]), map: new Map([[1, { a: undefined }]]) },
    'a text in another script': 'ключ €',
  } as const

  test.each(Object.entries(values))('equals what Redis gives: %s', async (_, value) => {
    const { cache } = await connectNear({ namespace: uniqueNamespace() })
    const any = cache.define({ key: 'any:{id}', policy, load: (): unknown => value })
    await any.getOrSet({ id: 1 })
    await eventually(async () => {
      expect(await nearRead(cache, () => any.getOrSet({ id: 1 }))).toEqual(value)
    })
  })

  test('may be a stored null', async () => {
    const { cache } = await connectNear({ namespace: uniqueNamespace() })
    const load = vi.fn(() => null)
    const none = cache.define({ key: 'none:{id}', policy: { ttl: '10m', negativeTtl: '1m' }, load })
    await none.getOrSet({ id: 1 })
    await eventually(async () => {
      expect(await nearRead(cache, () => none.getOrSet({ id: 1 }))).toBeNull()
    })
    expect(load).toHaveBeenCalledTimes(1)
  })

  test('is what another codec and a compression give, unpacked', async () => {
    const codec: Codec = {
      id: 'B',
      encode: (value) => Buffer.from(JSON.stringify(value)),
      decode: (payload): unknown => JSON.parse(Buffer.from(payload).toString()),
    }
    const { cache } = await connectNear({ namespace: uniqueNamespace() })
    const long = cache.define({
      key: 'long:{id}',
      policy,
      codec,
      compression: { algorithm: 'gzip' },
      load: () => ({ text: 'x'.repeat(5000) }),
    })
    const value = await long.getOrSet({ id: 1 })
    await eventually(async () => {
      expect(await nearRead(cache, () => long.getOrSet({ id: 1 }))).toEqual(value)
    })
    expect(cache.stats().memory?.bytes).toBeGreaterThan(5000)
  })
})

describe('a schema', () => {
  test('checks a value when it is put into memory, and not again', async () => {
    const namespace = uniqueNamespace()
    const writer = createCache({ redis: await connect(), namespace, redisTimeout: '2s' })
    closeLater(() => writer.close())
    await writer
      .define({ key: 'video:{id}', policy, load: () => undefined })
      .set({ id: 1 }, { id: 1, stray: true } as never)
    const { cache } = await connectNear({ namespace })
    const schema = z.object({ id: z.number(), title: z.string().default('untitled') })
    const validate = vi.spyOn(schema['~standard'], 'validate')
    const video = cache.define({ key: 'video:{id}', schema: schema as never, policy, load: () => undefined })
    // An older process stored it without a title: what hits hand out is what the schema makes of it, from either tier.
    expect(await video.get({ id: 1 })).toEqual({ id: 1, title: 'untitled' })
    validate.mockClear()
    expect(await nearRead(cache, () => video.get({ id: 1 }))).toEqual({ id: 1, title: 'untitled' })
    expect(validate).not.toHaveBeenCalled()
  })

  test('whose output cannot be copied keeps the value out of memory', async () => {
    class Money {
      readonly cents: number
      constructor(cents: number) {
        this.cents = cents
      }
    }
    const { cache } = await connectNear({ namespace: uniqueNamespace() })
    const schema = z.unknown().transform((value) => new Money((value as Money).cents))
    const price = cache.define({
      key: 'price:{id}',
      schema: schema as never,
      policy,
      load: () => ({ cents: 5 }),
    })
    await price.set({ id: 1 }, { cents: 5 } as never)
    for (let read = 0; read < 3; read += 1)
      expect(await nearRead(cache, () => price.get({ id: 1 }))).toBe('not in memory')
  })
})
