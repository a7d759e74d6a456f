import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { msgpackCodec, structuredCodec, type CacheOptions } from '../../src/index.ts'
import { anyValue } from '../support/any-value.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { createGate } from '../support/gate.ts'
import { bytesCodec, connectWatched, nextOf, ofAnyValue } from '../support/watch-values.ts'

afterEach(closeAll)

test.each<[string, Partial<CacheOptions>]>([
  ['JSON', {}],
  ['structured clone', { codec: structuredCodec() }],
  ['msgpack', { codec: msgpackCodec(new Packr()) }],
  ['compressed JSON', { compression: { algorithm: 'gzip', threshold: 0 } }],
])('a miss, its joiners and a hit return equal values of their own: %s', async (_codec, options) => {
  const { cache } = await connectCache({ namespace: uniqueNamespace(), ...options })
  const entry = cache.define({ ...ofAnyValue, load: (): unknown => undefined })
  let id = 0
  await fc.assert(
    fc.asyncProperty(anyValue(), async (value) => {
      id += 1
      const settled = nextOf(cache, 'fill', 'codecError')
      const read = (): Promise<unknown> => entry.getOrSet({ id }, () => value)
      const [missed, joined] = await Promise.all([read(), read()])
      // Not every library takes every value.
      if ((await settled) === 'codecError') return
      const hit = await entry.get({ id })
      expect(hit).toStrictEqual(missed)
      expect(joined).toStrictEqual(missed)
      const shared = [joined, hit].some(
        (other) => typeof other === 'object' && other !== null && other === missed,
      )
      expect(shared).toBe(false)
    }),
    { numRuns: 60 },
  )
  expect(cache.stats().fills).toBeGreaterThan(30)
})

test('what one caller does to its value reaches no other, whether it missed, joined or hit', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const gate = createGate()
  const loader = async (): Promise<{ tags: Set<string>; bytes: Uint8Array }> => {
    await gate.pass()
    return { tags: new Set(['a']), bytes: new Uint8Array([1]) }
  }
  const entry = cache.define({ ...ofAnyValue, load: loader })
  const filled = nextOf(cache, 'fill')
  const reads = [1, 2, 3].map(async () => {
    const value = await entry.getOrSet({ id: 1 })
    const seen = structuredClone(value)
    value.tags.add('changed')
    value.bytes[0] = 99
    return seen
  })
  await gate.reached
  gate.open()
  const clean = { tags: new Set(['a']), bytes: new Uint8Array([1]) }
  expect(await Promise.all(reads)).toEqual([clean, clean, clean])
  await filled
  expect(await entry.get({ id: 1 })).toEqual(clean)
  expect((await entry.entry({ id: 1 })).value).toEqual(clean)
})

test('bytes of any kind survive the way through Redis', async () => {
  const { cache, redis } = await connectCache({ namespace: uniqueNamespace(), codec: bytesCodec })
  const body = cache.define({ key: 'body:{id}', policy: { ttl: '5m' }, load: () => new Uint8Array() })
  const noise = Uint8Array.from({ length: 768 }, (_, index) => (index * 7919) % 256)
  const bodies = [noise, Buffer.from('plain text with é'), new Uint8Array(), new Uint8Array([0, 255])]
  for (const [id, bytes] of bodies.entries()) {
    expect(await body.set({ id }, bytes)).toBe(true)
    expect(Buffer.compare((await body.get({ id })) ?? Buffer.from('none'), bytes)).toBe(0)
  }
  expect(Buffer.byteLength((await redis.get(`${cache.namespace}:body:0`)) ?? '')).toBeLessThan(
    768 * 1.34 + 120,
  )
})

describe('compression', () => {
  test('stores fewer bytes, is a matter of each definition, and is read by all', async () => {
    const namespace = uniqueNamespace()
    const { cache, redis } = await connectCache({
      namespace,
      compression: { algorithm: 'brotli', threshold: 500 },
    })
    const other = await connectCache({ namespace })
    const text = 'the same words again and again, é. '.repeat(100)
    const compressed = cache.define({ key: 'packed:{id}', policy: { ttl: '5m' }, load: () => text })
    const plain = cache.define({
      key: 'plain:{id}',
      policy: { ttl: '5m' },
      compression: false,
      load: () => text,
    })
    await compressed.set({ id: 1 }, text)
    await plain.set({ id: 1 }, text)
    expect(await redis.strlen(`${namespace}:packed:1`)).toBeLessThan(400)
    expect(await redis.strlen(`${namespace}:plain:1`)).toBeGreaterThan(3500)
    expect(await compressed.get({ id: 1 })).toBe(text)
    const elsewhere = other.cache.define({ key: 'packed:{id}', policy: { ttl: '5m' }, load: () => '' })
    expect(await elsewhere.get({ id: 1 })).toBe(text)
  })
})

test('the ad-hoc form takes a codec, compression and a limit of its own', async () => {
  const { cache, redis, reasons } = await connectWatched()
  const options = {
    policy: { ttl: '5m' },
    codec: bytesCodec,
    compression: { algorithm: 'gzip', threshold: 0 },
  } as const
  const body = Buffer.from('a body '.repeat(100))
  const read = (): Promise<Uint8Array> => cache.getOrSet('body:1', (): Uint8Array => body, options)
  const filled = nextOf(cache, 'fill')
  expect(body.equals(await read())).toBe(true)
  await filled
  expect(body.equals(await read())).toBe(true)
  expect(cache.stats()).toMatchObject({ hits: 1, loads: 1 })
  expect((await redis.get(`${cache.namespace}:body:1`))?.slice(99, 101)).toBe('BG')
  const limited = { ...options, maxValueBytes: 10 }
  expect(body.equals(await cache.getOrSet('body:2', (): Uint8Array => body, limited))).toBe(true)
  expect(reasons).toEqual(['size'])
})
