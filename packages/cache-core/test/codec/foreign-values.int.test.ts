import { structuredCodec, type Codec, type Definition, type KeyValue } from '../../src/index.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { closeAll, uniqueNamespace } from '../support/connect.ts'
import { connectWatched, ofAnyValue } from '../support/watch-values.ts'

afterEach(closeAll)

describe('what somebody put into Redis', () => {
  const valid = { title: 'a title', at: new Date(0) }

  /** Stores a value and changes its slot's text. */
  async function storeEdited(edit: (slot: string) => string): Promise<{
    entry: Definition<{ readonly id: KeyValue }, unknown>
    reasons: unknown[]
  }> {
    const { cache, redis, reasons } = await connectWatched()
    const entry = cache.define({ ...ofAnyValue, load: (): unknown => valid })
    await entry.set({ id: 1 }, valid)
    const key = `${cache.namespace}:any:1`
    const slot = (await redis.get(key)) ?? ''
    await redis.set(key, edit(slot))
    return { entry, reasons }
  }
  const payload = '{"title":"a title","at":{"~t":"Date","v":0}}'
  const replacePayload =
    (text: string) =>
    (slot: string): string =>
      slot.replace(payload, text)

  test('is used when it is a value', async () => {
    const { entry, reasons } = await storeEdited(replacePayload('{"title":"another"}'))
    expect(await entry.get({ id: 1 })).toEqual({ title: 'another' })
    expect(reasons).toEqual([])
  })

  test.each([
    ['a truncated payload', replacePayload('{"title":'), 'damaged'],
    ['an empty payload', replacePayload(''), 'damaged'],
    ['a __proto__ key', replacePayload('{"__proto__":{"polluted":true}}'), 'damaged'],
    ['a payload nested without end', replacePayload('['.repeat(200_000) + ']'.repeat(200_000)), 'damaged'],
    ['a payload above maxValueBytes', replacePayload(`"${'x'.repeat(2 ** 20)}"`), 'size'],
    ['another codec', (slot: string) => `${slot.slice(0, 99)}Q${slot.slice(100)}`, 'codec'],
    ['other flags', (slot: string) => `${slot.slice(0, 100)}?${slot.slice(101)}`, 'codec'],
    ['compressed noise', (slot: string) => `${slot.slice(0, 100)}z${slot.slice(101)}`, 'damaged'],
  ])('is a miss with an event when it is %s, and is loaded and stored again', async (_what, edit, reason) => {
    const { entry, reasons } = await storeEdited(edit)
    expect(await entry.get({ id: 1 })).toBeUndefined()
    expect(await entry.getOrSet({ id: 1 })).toEqual(valid)
    await vi.waitFor(async () => {
      expect(await entry.get({ id: 1 })).toEqual(valid)
    })
    expect(new Set(reasons)).toEqual(new Set([reason]))
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('is harmless when it has keys that name parts of every object', async () => {
    const { entry, reasons } = await storeEdited(
      replacePayload('{"constructor":{"prototype":{"polluted":true}},"hasOwnProperty":1}'),
    )
    const value = await entry.get({ id: 1 })
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(reasons).toEqual([])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

test('an entry of a codec that this process does not know is a miss with an event, and is replaced', async () => {
  const namespace = uniqueNamespace()
  const newer = await connectWatched({ namespace, codec: structuredCodec() })
  const older = await connectWatched({ namespace })
  const codec: Codec<string> = { id: 'N', encode: JSON.stringify, decode: JSON.parse }
  const write = newer.cache.define({ ...ofAnyValue, codec, load: () => 'newer' })
  const read = older.cache.define({ ...ofAnyValue, load: () => 'older' })
  await write.set({ id: 1 }, 'newer')
  expect(await read.getOrSet({ id: 1 })).toBe('older')
  expect(new Set(older.reasons)).toEqual(new Set(['codec']))
  await vi.waitFor(async () => {
    expect(await read.get({ id: 1 })).toBe('older')
  })
  // The newer process reads what the older one wrote, so the two do not take turns.
  expect(await write.get({ id: 1 })).toBe('older')
  expect(newer.reasons).toEqual([])
})
