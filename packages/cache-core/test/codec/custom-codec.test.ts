import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { pack, Packr, unpack } from 'msgpackr'
import { describe, expect, test } from 'vitest'
import { ValueFormats } from '../../src/codec/value-formats.ts'
import type { Codec } from '../../src/codec/codec.ts'
import { msgpackCodec, structuredCodec } from '../../src/index.ts'
import { anyValue } from '../support/any-value.ts'
import { roundTrip, storedText } from '../support/round-trip.ts'

class ObjectId {
  readonly hex: string

  constructor(hex: string) {
    this.hex = hex
  }
}

/** A codec as a plugin would write it: JSON with one class more. */
const withIds: Codec<string> = {
  id: 'O',
  encode: (value) =>
    JSON.stringify(value, (_key, item: unknown) => (item instanceof ObjectId ? { $oid: item.hex } : item)),
  decode: (text) =>
    JSON.parse(text, (_key, item: { $oid?: unknown } | null) =>
      typeof item?.$oid === 'string' ? new ObjectId(item.$oid) : item,
    ) as unknown,
}

/** Bytes as they are: what a cache of response bodies needs. */
const bytesCodec: Codec<Uint8Array> = {
  id: 'B',
  encode: (value) => value as Uint8Array,
  decode: (bytes) => bytes,
}

function formatWith(codec: Codec): ReturnType<ValueFormats['of']> {
  return new ValueFormats({}).of({ codec })
}

test('a codec of one’s own brings objects of classes back', () => {
  const value = { id: new ObjectId('65f1'), title: 'é' }
  const format = formatWith(withIds)
  expect(roundTrip(format, value)).toStrictEqual(value)
  expect(storedText(format, value)).toContain('O-')
})

test('the callers of a miss get what the codec keeps, like those of a hit', () => {
  const value = { id: new ObjectId('65f1'), date: new Date(0), dropped: undefined }
  const format = formatWith(withIds)
  const encoded = format.encode(value)
  expect(encoded.value).toStrictEqual({ id: new ObjectId('65f1'), date: '1970-01-01T00:00:00.000Z' })
  expect(roundTrip(format, value)).toStrictEqual(encoded.value)
})

describe('bytes', () => {
  const format = formatWith(bytesCodec)

  test('come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.compare(roundTrip(format, bytes) as Uint8Array, bytes)).toBe(0)
      }),
    )
  })

  test('belong to the caller who gets them', () => {
    const given = new Uint8Array([1, 2, 3])
    const encoded = format.encode(given)
    const returned = encoded.value as Uint8Array
    given[0] = 99
    returned[1] = 99
    expect([...(roundTrip(format, new Uint8Array([1, 2, 3])) as Uint8Array)]).toEqual([1, 2, 3])
    expect([...(format.decode(format.pack(encoded)) as Uint8Array)]).toEqual([1, 2, 3])
    expect((roundTrip(format, given) as Uint8Array).buffer.byteLength).toBe(3)
  })

  test('take no more room than base64, and none where they are ASCII', () => {
    const ascii = Buffer.from('a'.repeat(300))
    const noise = Buffer.from(Array.from({ length: 300 }, (_, index) => 128 + (index % 128)))
    const lengthOf = (bytes: Buffer): number => Buffer.byteLength(format.pack(format.encode(bytes)).payload)
    expect([lengthOf(ascii), lengthOf(noise)]).toEqual([300, 400])
  })
})

test('the structured codec keeps cycles and the types of structured clone', () => {
  const format = formatWith(structuredCodec())
  const family: { born: Date; self?: unknown } = { born: new Date(0) }
  family.self = family
  const back = roundTrip(format, family) as typeof family
  expect(back.self).toBe(back)
  expect(back.born).toEqual(new Date(0))
  expect(() => format.encode({ secret: () => 1 })).toThrow('cannot be encoded (Error)')
})

test('msgpack works with a Packr of msgpackr as it is, and with functions', () => {
  const value = { n: 1, date: new Date(1000), map: new Map([[1, 'é']]), bytes: new Uint8Array([255]) }
  for (const packer of [new Packr(), new Packr({ useRecords: false, moreTypes: true }), { pack, unpack }]) {
    const format = formatWith(msgpackCodec(packer))
    expect(roundTrip(format, value)).toEqual(format.encode(value).value)
    expect(roundTrip(format, { n: 1, date: new Date(1000) })).toEqual({ n: 1, date: new Date(1000) })
  }
})

test.each([
  ['structured', structuredCodec()],
  ['msgpack', msgpackCodec(new Packr())],
])('hits of the %s codec equal misses, whatever it keeps', (_name, codec) => {
  const format = formatWith(codec)
  fc.assert(
    fc.property(anyValue(), (value) => {
      let encoded
      try {
        encoded = format.encode(value)
      } catch {
        // Not every library takes every value; then nothing is stored.
        return
      }
      expect(isDeepStrictEqual(roundTrip(format, value), encoded.value)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

describe('a codec that misbehaves', () => {
  const misuse = (codec: Partial<Codec>): (() => unknown) => {
    const format = formatWith({ id: 'A', encode: () => 'x', decode: () => 1, ...codec })
    return () => format.encode('secret')
  }
  const refuse = (): never => {
    throw new RangeError('secret')
  }

  test.each([
    ['throws', { encode: refuse }, 'cannot be encoded (RangeError)'],
    ['returns neither text nor bytes', { encode: () => 5 as never }, 'neither well-formed text nor bytes'],
    ['returns text that UTF-8 lacks', { encode: () => '\ud800' }, 'neither well-formed text nor bytes'],
    ['cannot read what it wrote', { decode: refuse }, 'cannot be decoded (RangeError)'],
    ['reads nothing', { decode: () => undefined }, 'was decoded to undefined'],
  ])('and %s stores nothing and quotes nothing', (_how, codec, message) => {
    expect(misuse(codec)).toThrow(expect.objectContaining({ code: 'E_CACHE_SERIALIZATION' }) as Error)
    expect(misuse(codec)).toThrow(message)
    expect(misuse(codec)).not.toThrow('secret')
  })
})

test('null never reaches a codec', () => {
  const format = formatWith(bytesCodec)
  expect(format.pack(format.encode(null))).toEqual({ codec: 'j', flags: '-', payload: 'null' })
  expect(roundTrip(format, null)).toBeNull()
})

test('a cache reads only JSON and the codecs that it was given', () => {
  const value = { a: 1 }
  const writer = formatWith(structuredCodec())
  const stored = writer.pack(writer.encode(value))
  const reason = expect.objectContaining({ reason: 'codec' }) as Error
  expect(() => new ValueFormats({}).of({}).decode(stored)).toThrow(reason)
})

test('entries of the codecs of a cache stay readable when a definition changes from one to another', () => {
  const formats = new ValueFormats({ codec: withIds })
  const own = formats.of({})
  const json = formats.of({ codec: 'json' })
  const structured = formats.of({ codec: structuredCodec() })
  const value = { a: 1 }
  for (const writer of [own, json, structured]) {
    for (const reader of [own, json, structured]) {
      expect(reader.decode(writer.pack(writer.encode(value)))).toEqual(value)
    }
  }
})
