import { readdirSync, readFileSync } from 'node:fs'
import { Packr } from 'msgpackr'
import { describe, expect, test } from 'vitest'
import type { Codec } from '../../src/codec/codec.ts'
import { ValueFormats } from '../../src/codec/value-formats.ts'
import { decodeSlot, encodeValueSlot } from '../../src/envelope/slot.ts'
import { msgpackCodec, structuredCodec } from '../../src/index.ts'

const folder = new URL('./golden/', import.meta.url)

const ownText: Codec<string> = { id: 'T', encode: JSON.stringify, decode: JSON.parse }
const ownBytes: Codec<Uint8Array> = {
  id: 'B',
  encode: (value) => Buffer.from(value as string),
  decode: (bytes) => Buffer.from(bytes).toString(),
}
const msgpack = msgpackCodec(new Packr({ useRecords: false }))

const words = 'é words '.repeat(30)
const plain = { title: words, list: [1, true, null] }
const rich = {
  title: words,
  date: new Date(1_795_486_462_510),
  map: new Map<unknown, unknown>([['a', new Set([1n])]]),
  numbers: [NaN, Infinity, -Infinity, -0, undefined],
  bytes: [new Uint8Array([0, 255]), Buffer.from('b'), new Float32Array([1.5]), new Uint8Array([1]).buffer],
  pattern: /a/gi,
  url: new URL('https://example.com/a?b'),
  error: new TypeError('no'),
  marked: { '~t': 'Date', v: 5 },
}
const noise = new Uint8Array(24).fill(255)

/** Every codec with every way to pack it: its file, its two characters in the header, and the value. */
const goldens: readonly (readonly [file: string, header: string, codec: Codec | 'json', value: unknown])[] = [
  ['json', 'j-', 'json', plain],
  ['json-zstd', 'jz', 'json', plain],
  ['json-gzip', 'jg', 'json', plain],
  ['json-brotli', 'jb', 'json', plain],
  ['rich', 'r-', 'json', rich],
  ['rich-zstd', 'rz', 'json', rich],
  ['rich-gzip', 'rg', 'json', rich],
  ['rich-brotli', 'rb', 'json', rich],
  ['structured-latin1', 'vl', structuredCodec(), plain],
  ['structured-base64', 'vx', structuredCodec(), noise],
  ['structured-zstd', 'vZ', structuredCodec(), plain],
  ['structured-gzip', 'vG', structuredCodec(), plain],
  ['structured-brotli', 'vB', structuredCodec(), plain],
  ['msgpack-latin1', 'ml', msgpack, plain],
  ['msgpack-base64', 'mx', msgpack, { noise: Buffer.from(noise) }],
  ['msgpack-zstd', 'mZ', msgpack, plain],
  ['msgpack-gzip', 'mG', msgpack, plain],
  ['msgpack-brotli', 'mB', msgpack, plain],
  ['own-text', 'T-', ownText, plain],
  ['own-text-zstd', 'Tz', ownText, plain],
  ['own-text-gzip', 'Tg', ownText, plain],
  ['own-text-brotli', 'Tb', ownText, plain],
  ['own-bytes-latin1', 'Bl', ownBytes, words],
  ['own-bytes-base64', 'Bx', ownBytes, 'ééé'],
  ['own-bytes-zstd', 'BZ', ownBytes, words],
  ['own-bytes-gzip', 'BG', ownBytes, words],
  ['own-bytes-brotli', 'BB', ownBytes, words],
]

function read(file: string): string {
  return readFileSync(new URL(`format-1-${file}.txt`, folder), 'utf8').replace(/\n$/, '')
}

test('every golden entry is listed', () => {
  const files = goldens.map(([file]) => `format-1-${file}.txt`)
  expect(readdirSync(folder).toSorted()).toEqual([...files, 'format-1.txt'].toSorted())
})

describe.each(goldens)('the golden entry %s', (file, header, codec, value) => {
  const format = new ValueFormats({ codec }).of({})

  test('reads as the value that was stored when the format was published', () => {
    const slot = decodeSlot(read(file))
    expect(slot).toMatchObject({ kind: 'value', codec: header[0], flags: header[1], tags: ['videos'] })
    expect(slot.kind === 'value' && format.decode(slot)).toEqual(value)
  })
})

// What a compressor, V8 or a library writes may change with its version; what they read may not.
describe.each(goldens.filter(([, header]) => /^[jrTB][-lx]$/.test(header)))(
  'the golden entry %s',
  (file, _header, codec, value) => {
    test('is what is written today', () => {
      const slot = decodeSlot(read(file))
      if (slot.kind !== 'value') throw new Error('no value')
      const format = new ValueFormats({ codec }).of({})
      const { token, generation, epoch, loadedAt, freshUntil, loadCostMs, version, tags } = slot
      const header = { token, generation, epoch, loadedAt, freshUntil, loadCostMs, version, tags }
      expect(encodeValueSlot({ ...header, ...format.pack(format.encode(value)) })).toBe(read(file))
    })
  },
)
