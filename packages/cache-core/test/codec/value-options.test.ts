import { Packr } from 'msgpackr'
import { describe, expect, test } from 'vitest'
import { createCache, msgpackCodec, structuredCodec, type Codec } from '../../src/index.ts'

const codec: Codec<string> = { id: 'A', encode: JSON.stringify, decode: JSON.parse }
const namespace = 'options'
const definition = { key: 'a:{b}', policy: { ttl: '5m' }, load: () => 1 } as const

describe.each<[string, (options: object) => unknown]>([
  ['of the cache', (options) => createCache({ namespace, enabled: false, ...options })],
  [
    'of a definition',
    (options) => createCache({ namespace, enabled: false }).define({ ...definition, ...options }),
  ],
])('an option %s', (_where, make) => {
  test.each([
    [{ codec: 'msgpack' }, 'codec'],
    [{ codec: null }, 'codec'],
    [{ codec: { id: 'A', encode: () => '' } }, 'codec'],
    [{ codec: { ...codec, id: 'j' } }, 'codec.id'],
    [{ codec: { ...codec, id: 'm' } }, 'codec.id'],
    [{ codec: { ...codec, id: 'AB' } }, 'codec.id'],
    [{ codec: { ...codec, id: 'Ä' } }, 'codec.id'],
    [{ codec: { ...codec, id: 7 } }, 'codec.id'],
    [{ codec: { encode: codec.encode, decode: codec.decode } }, 'codec.id'],
    [{ compression: true }, 'compression'],
    [{ compression: null }, 'compression'],
    [{ compression: {} }, 'compression.algorithm'],
    [{ compression: { algorithm: 'lz4' } }, 'compression.algorithm'],
    [{ compression: { algorithm: 'toString' } }, 'compression.algorithm'],
    [{ compression: { algorithm: 'gzip', threshold: '4kb' } }, 'compression.threshold'],
    [{ compression: { algorithm: 'gzip', threshold: -1 } }, 'compression.threshold'],
    [{ compression: { algorithm: 'gzip', level: 9 } }, 'compression.level'],
    [{ maxValueBytes: 0 }, 'maxValueBytes'],
    [{ maxValueBytes: 1.5 }, 'maxValueBytes'],
    [{ maxValueBytes: '1mb' }, 'maxValueBytes'],
    [{ maxValueBytes: Infinity }, 'maxValueBytes'],
  ])('that is %j is refused, naming it', (options, path) => {
    expect(() => make(options)).toThrow(expect.objectContaining({ code: 'E_CACHE_CONFIG', path }) as Error)
  })

  test.each([
    { codec },
    { codec: 'json' },
    { codec: structuredCodec(), compression: { algorithm: 'brotli' }, maxValueBytes: 2 ** 28 },
    { codec: msgpackCodec(new Packr()), compression: { algorithm: 'gzip', threshold: 0 } },
    { compression: false },
  ])('that is right is taken (%#)', (options) => {
    expect(() => make(options)).not.toThrow()
  })
})

test('one letter is one codec in a cache: the same one may be given again, another may not', async () => {
  const cache = createCache({ namespace, enabled: false, codec })
  cache.define({ ...definition, key: 'b:{b}', codec })
  cache.define({ ...definition, key: 'c:{b}', codec: { ...codec, id: 'B' } })
  const clash = expect.objectContaining({ path: 'codec.id' }) as Error
  expect(() => cache.define({ ...definition, key: 'd:{b}', codec: { ...codec } })).toThrow(clash)
  await expect(
    cache.getOrSet('e', () => 1, { policy: { ttl: '5m' }, codec: { ...codec, id: 'B' } }),
  ).rejects.toThrow(clash)
  expect(() => createCache({ namespace, enabled: false, codec: { ...codec } })).not.toThrow()
})

test('several packers of a cache have letters of their own', () => {
  const cache = createCache({ namespace, enabled: false, codec: msgpackCodec(new Packr()) })
  expect(() => cache.define({ ...definition, codec: msgpackCodec(new Packr()) })).toThrow('another codec')
  expect(() => cache.define({ ...definition, codec: msgpackCodec(new Packr(), { id: 'P' }) })).not.toThrow()
  expect(() => msgpackCodec({} as never)).toThrow(expect.objectContaining({ path: 'packer' }) as Error)
  expect(() => msgpackCodec(null as never)).toThrow(expect.objectContaining({ path: 'packer' }) as Error)
})
