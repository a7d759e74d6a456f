import { pack, Packr, unpack } from 'msgpackr'
import { describe, expectTypeOf, test } from 'vitest'
import type {
  AdHocOptions,
  Cache,
  CacheOptions,
  Codec,
  MsgpackPacker,
  ValueOptions,
} from '../../src/index.ts'
import { msgpackCodec, structuredCodec } from '../../src/index.ts'

declare const cache: Cache
const policy = { ttl: '5m' } as const

test('a codec writes text or bytes, and reads what it wrote', () => {
  const text: Codec<string> = {
    id: 'T',
    encode: (value) => JSON.stringify(value),
    decode: (given) => given.trim(),
  }
  const bytes: Codec<Uint8Array> = {
    id: 'B',
    encode: () => Buffer.from('b'),
    decode: (given) => given.subarray(1),
  }
  expectTypeOf(text).toExtend<Codec>()
  expectTypeOf(bytes).toExtend<Codec>()
  expectTypeOf(structuredCodec()).toEqualTypeOf<Codec<Uint8Array>>()
  // @ts-expect-error a number is neither text nor bytes
  expectTypeOf<Codec<number>>().toBeObject()
  // @ts-expect-error codecs are synchronous
  const later: Codec = { id: 'L', encode: async () => '', decode: (given) => given }
  expectTypeOf(later).toExtend<Codec>()
  // @ts-expect-error what it reads is not what it writes
  const mixed: Codec<string> = { id: 'M', encode: () => Buffer.from(''), decode: (given) => given }
  expectTypeOf(mixed).toExtend<Codec>()
})

test('a Packr of msgpackr fits by its shape, as functions do', () => {
  expectTypeOf<Packr>().toExtend<MsgpackPacker>()
  expectTypeOf(msgpackCodec(new Packr())).toEqualTypeOf<Codec<Uint8Array>>()
  expectTypeOf(msgpackCodec({ pack, unpack }, { id: 'P' })).toEqualTypeOf<Codec<Uint8Array>>()
  // @ts-expect-error JSON is no packer
  msgpackCodec(JSON)
})

describe('the options', () => {
  test('are those of a cache, a definition and an ad-hoc read', () => {
    expectTypeOf<CacheOptions>().toExtend<ValueOptions>()
    expectTypeOf<AdHocOptions<string>>().toExtend<ValueOptions>()
    const options = {
      codec: structuredCodec(),
      compression: { algorithm: 'zstd', threshold: 2048 },
      maxValueBytes: 2 ** 20,
    } as const
    expectTypeOf(cache.getOrSet('k', () => 1, { policy, ...options })).resolves.toBeNumber()
    const definition = cache.define({ key: 'v:{id}', load: () => 1, policy, ...options })
    expectTypeOf(definition.get({ id: 1 })).resolves.toEqualTypeOf<number | undefined>()
    cache.define({ key: 'w:{id}', load: () => 1, policy, codec: 'json', compression: false })
  })

  test('that are wrong do not compile', () => {
    // @ts-expect-error no such codec
    cache.define({ key: 'a:{id}', load: () => 1, policy, codec: 'msgpack' })
    // @ts-expect-error no such algorithm
    cache.define({ key: 'b:{id}', load: () => 1, policy, compression: { algorithm: 'lz4' } })
    // @ts-expect-error compression needs an algorithm
    cache.define({ key: 'c:{id}', load: () => 1, policy, compression: true })
    // @ts-expect-error bytes are a number
    cache.define({ key: 'd:{id}', load: () => 1, policy, maxValueBytes: '1mb' })
  })
})
