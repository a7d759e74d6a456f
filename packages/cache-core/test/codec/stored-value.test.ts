import { randomBytes } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ValueFormats } from '../../src/codec/value-formats.ts'
import type { Codec } from '../../src/codec/codec.ts'
import { isCacheError, type CompressionAlgorithm } from '../../src/index.ts'
import { roundTrip } from '../support/round-trip.ts'

const algorithms: readonly CompressionAlgorithm[] = ['zstd', 'gzip', 'brotli']
const bytesCodec: Codec<Uint8Array> = {
  id: 'B',
  encode: (value) => value as Uint8Array,
  decode: (bytes) => bytes,
}
const prose = 'the same words again and again, with é and \u{1F600} in between. '.repeat(50)

describe.each(algorithms)('%s', (algorithm) => {
  const compression = { algorithm, threshold: 0 }
  const text = new ValueFormats({ compression }).of({})
  const bytes = new ValueFormats({ codec: bytesCodec, compression }).of({})

  test('gives text and bytes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.nat(60), (some, other, times) => {
        const value = { some: some.repeat(times), prose }
        expect(roundTrip(text, value)).toEqual(value)
        const body = Buffer.concat([Buffer.from(prose), other])
        expect(body.equals(roundTrip(bytes, body) as Uint8Array)).toBe(true)
      }),
    )
  })

  test('is told by the flags, and kept only where it is smaller', () => {
    const letter = algorithm.charAt(0)
    const pack = (format: typeof text, value: unknown): { flags: string; payload: string } =>
      format.pack(format.encode(value))
    expect(pack(text, prose).flags).toBe(letter)
    expect(pack(text, prose).payload.length).toBeLessThan(prose.length / 5)
    expect(pack(text, 'short').flags).toBe('-')
    expect(pack(bytes, Buffer.from(prose)).flags).toBe(letter.toUpperCase())
    expect(pack(bytes, randomBytes(5000)).flags).toBe('x')
  })

  test('begins at its threshold', () => {
    const flagsAt = (threshold: number): string => {
      const format = new ValueFormats({}).of({ compression: { algorithm, threshold } })
      return format.pack(format.encode('a'.repeat(998))).flags
    }
    expect([flagsAt(1000), flagsAt(1001)]).toEqual([algorithm.charAt(0), '-'])
  })

  test('is read by a cache that does not compress', () => {
    const plain = new ValueFormats({}).of({})
    expect(plain.decode(text.pack(text.encode(prose)))).toBe(prose)
  })

  test('damaged bytes are refused: cut, lengthened, replaced, or of another length than was stored', () => {
    const stored = bytes.pack(bytes.encode(Buffer.from(prose.repeat(100))))
    const [size = '', base64 = ''] = stored.payload.split(':')
    const compressed = Buffer.from(base64, 'base64')
    const refused = expect.objectContaining({ reason: 'damaged' }) as Error
    for (const payload of [
      ...[0, 1, compressed.length >> 1, compressed.length - 1].map(
        (end) => `${size}:${compressed.subarray(0, end).toString('base64')}`,
      ),
      `${size}:${Buffer.from('no such thing').toString('base64')}`,
      `${String(Number(size) - 1)}:${base64}`,
      `${String(Number(size) + 1)}:${base64}`,
      `${size}:!${base64}`,
      `${size}:`,
    ]) {
      expect(() => bytes.decode({ ...stored, payload })).toThrow(refused)
    }
  })

  test('a length that is none, or too large, is refused before anything is unpacked', () => {
    const stored = text.pack(text.encode(prose))
    const base64 = stored.payload.split(':')[1] ?? ''
    const reasonOf = (size: string): unknown => {
      try {
        return text.decode({ ...stored, payload: `${size}:${base64}` })
      } catch (error) {
        return (error as { reason?: unknown }).reason
      }
    }
    expect(['', '-1', '1e9', '9'.repeat(400)].map(reasonOf)).toEqual(Array(4).fill('damaged'))
    expect(['1048577', '9'.repeat(15)].map(reasonOf)).toEqual(['size', 'size'])
  })
})

test('a bomb is refused, whether it tells its size or lies about it', () => {
  const format = new ValueFormats({ maxValueBytes: 1000 }).of({})
  const bomb = zstdCompressSync(Buffer.alloc(50 * 2 ** 20)).toString('base64')
  const read = (size: number): (() => unknown) => {
    return () => format.decode({ codec: 'j', flags: 'z', payload: `${String(size)}:${bomb}` })
  }
  expect(bomb.length).toBeLessThan(10_000)
  expect(read(50 * 2 ** 20)).toThrow(expect.objectContaining({ reason: 'size' }) as Error)
  const patient = new ValueFormats({ maxValueBytes: 10_000 }).of({})
  expect(() => patient.decode({ codec: 'j', flags: 'z', payload: `900:${bomb}` })).toThrow(
    expect.objectContaining({ reason: 'damaged' }) as Error,
  )
})

test('flags of a later version are an unknown way to pack, for that codec only', () => {
  const format = new ValueFormats({}).of({})
  for (const flags of ['?', '', 'L', 'X']) {
    expect(() => format.decode({ codec: 'j', flags, payload: '1' })).toThrow(
      expect.objectContaining({ reason: 'codec' }) as Error,
    )
  }
})

describe('maxValueBytes', () => {
  const formats = new ValueFormats({ maxValueBytes: 100 })
  const format = formats.of({})

  test('counts the bytes of what the codec wrote', () => {
    const fits = (value: unknown): boolean => {
      try {
        format.refuseLarge(format.encode(value))
        return true
      } catch (error) {
        return isCacheError(error, 'E_CACHE_SERIALIZATION') && !('reason' in error && error.reason === 'size')
      }
    }
    expect([fits('a'.repeat(98)), fits('a'.repeat(99))]).toEqual([true, false])
    expect([fits('é'.repeat(49)), fits('é'.repeat(50))]).toEqual([true, false])
  })

  test('holds for what is read, before it is parsed, however it is packed', () => {
    const refused = expect.objectContaining({ reason: 'size' }) as Error
    const unparsable = '!'.repeat(101)
    formats.of({ codec: bytesCodec })
    expect(() => format.decode({ codec: 'j', flags: '-', payload: unparsable })).toThrow(refused)
    expect(() => format.decode({ codec: 'B', flags: 'l', payload: unparsable })).toThrow(refused)
    const base64 = Buffer.alloc(101).toString('base64')
    expect(() => format.decode({ codec: 'B', flags: 'x', payload: base64 })).toThrow(refused)
    expect(() => format.decode({ codec: 'j', flags: 'g', payload: `101:${base64}` })).toThrow(refused)
    expect(() => format.decode({ codec: 'j', flags: 'g', payload: `1:${base64}` })).toThrow(refused)
  })

  test('of a reader is never below what a writer with the same limit stored', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 100, maxLength: 100 }), (body) => {
        const own = new ValueFormats({ maxValueBytes: 100, codec: bytesCodec }).of({})
        expect(Buffer.compare(roundTrip(own, body) as Uint8Array, body)).toBe(0)
      }),
    )
  })
})
