import { CacheSerializationError } from '../errors.ts'
import { methodOf, type Compression } from './compression.ts'
import { bytesOfText } from './own-bytes.ts'

/**
 * A value as a slot holds it, which is text: clients and scripts pass it on as UTF-8. The flags say how to read it:
 *
 * | flags | payload |
 * | --- | --- |
 * | `-` | the codec's text |
 * | `l` | the codec's bytes, one character each (ISO 8859-1) |
 * | `x` | the codec's bytes in base64 |
 * | `z` `g` `b` | the codec's text in UTF-8, compressed by zstd, gzip, brotli: its length, a colon, base64 |
 * | `Z` `G` `B` | the codec's bytes, compressed likewise |
 */
export interface StoredValue {
  readonly codec: string
  readonly flags: string
  readonly payload: string
}

/** What a codec gave, as flags and payload. */
export type PackedPayload = Omit<StoredValue, 'codec'>

/** Makes a payload fit for a slot, compressed where that is wanted and makes it smaller. */
export function packPayload(
  payload: string | Uint8Array,
  compression: Compression | undefined,
): PackedPayload {
  const plain = typeof payload === 'string' ? { flags: '-', payload } : packBytes(payload)
  // A character takes three bytes at most, so that small texts need no count.
  if (compression === undefined || payload.length * 3 < compression.threshold) return plain
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  if (bytes.byteLength < compression.threshold) return plain
  const { method } = compression
  const packed = `${String(bytes.byteLength)}:${method.compress(bytes).toString('base64')}`
  if (packed.length >= Buffer.byteLength(plain.payload)) return plain
  return { flags: typeof payload === 'string' ? method.flag : method.flag.toUpperCase(), payload: packed }
}

/** As characters where most bytes are ASCII, since all others take two; else as base64. */
function packBytes(bytes: Uint8Array): PackedPayload {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const characters = view.toString('latin1')
  const base64Length = Math.ceil(bytes.byteLength / 3) * 4
  if (Buffer.byteLength(characters) <= base64Length) return { flags: 'l', payload: characters }
  return { flags: 'x', payload: view.toString('base64') }
}

/**
 * What the codec gave. Bytes are the caller's own.
 * @throws {CacheSerializationError} for a payload that is damaged, larger than `mostBytes`, or packed in an unknown way.
 */
export function unpackPayload({ flags, payload }: PackedPayload, mostBytes: number): string | Buffer {
  switch (flags) {
    case '-':
    case 'l':
      refuseLarger(payload.length, mostBytes)
      return flags === '-' ? payload : bytesOfText(payload, 'latin1')
    case 'x':
      refuseLarger(Buffer.byteLength(payload, 'base64'), mostBytes)
      return bytesOfText(payload, 'base64')
    default:
      return decompress({ flags, payload }, mostBytes)
  }
}

function decompress({ flags, payload }: PackedPayload, mostBytes: number): string | Buffer {
  const flag = flags.toLowerCase()
  const method = methodOf(flag)
  if (method === undefined) {
    throw new CacheSerializationError(
      'codec',
      'the stored value was packed in a way that this process does not know',
    )
  }
  const [length = '', base64 = ''] = payload.split(':', 2)
  if (!/^\d{1,15}$/.test(length)) throw new TypeError('no length')
  const size = Number(length)
  refuseLarger(Math.max(size, Buffer.byteLength(base64, 'base64')), mostBytes)
  // An output of one byte at least, since zlib knows no smaller limit.
  const bytes = method.decompress(bytesOfText(base64, 'base64'), Math.max(1, size))
  // Node before 24 takes a truncated zstd frame for a whole one.
  if (bytes.byteLength !== size) throw new TypeError('not of the length that was stored')
  return flag === flags ? bytes.toString() : bytes
}

function refuseLarger(bytes: number, mostBytes: number): void {
  if (bytes > mostBytes)
    throw new CacheSerializationError('size', 'the stored value is larger than maxValueBytes')
}
