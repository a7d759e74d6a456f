import { types } from 'node:util'
import { type CacheError, CacheSerializationError, isCacheError, kindOfError } from '../errors.ts'
import type { Codec } from './codec.ts'
import type { CodecRegistry } from './codec-registry.ts'
import type { Compression } from './compression.ts'
import { chooseJson, plainJson } from './json-codec.ts'
import { copyBytes } from './own-bytes.ts'
import { packPayload, unpackPayload, type StoredValue } from './stored-value.ts'

/** What a codec wrote. */
export interface EncodedPayload {
  readonly codec: Codec
  readonly payload: string | Uint8Array
}

/** A value as its codec wrote it; {@link copyEncoded} makes any number of values of it. */
export interface EncodedValue extends EncodedPayload {
  /** Equal to what the payload stands for: the value itself, or what of it can be stored. */
  readonly value: unknown
}

/** What a {@link ValueFormat} is made of. */
export interface ValueFormatParts {
  readonly codecs: CodecRegistry
  /** `undefined` for JSON. */
  readonly codec: Codec | undefined
  readonly compression: Compression | undefined
  readonly maxValueBytes: number
}

/** How the values of one definition are written and read. */
export class ValueFormat {
  readonly #parts: ValueFormatParts

  constructor(parts: ValueFormatParts) {
    this.#parts = parts
  }

  /** @throws {CacheSerializationError} for what cannot be encoded. */
  encode(value: unknown): EncodedValue {
    try {
      const { codec, exact } = this.#choose(value)
      const encoded = { codec, payload: ownPayload(codec.encode(value)) }
      return { ...encoded, value: exact ? value : copyEncoded(encoded) }
    } catch (error) {
      // Like a parser's, its message may quote the value, so it is not kept as the cause.
      if (isCacheError(error)) throw error
      throw new CacheSerializationError('value', `the value cannot be encoded (${kindOfError(error)})`)
    }
  }

  /** @throws {CacheSerializationError} for a value that may not be stored although it could be encoded. */
  refuseLarge({ payload }: EncodedPayload): void {
    const most = this.#parts.maxValueBytes
    // A character takes three bytes at most, so that small texts need no count.
    if (payload.length * 3 <= most) return
    const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength
    if (bytes <= most) return
    throw new CacheSerializationError(
      'size',
      `the value takes ${String(bytes)} bytes, more than maxValueBytes allows (${String(most)})`,
    )
  }

  /** The value as it is stored. */
  pack({ codec, payload }: EncodedPayload): StoredValue {
    return { codec: codec.id, ...packPayload(payload, this.#parts.compression) }
  }

  /** The value that is stored. @throws {CacheSerializationError} for what this cache cannot read. */
  decode(stored: StoredValue): unknown {
    const { codec, payload } = this.unpack(stored)
    try {
      return present(codec.decode(payload))
    } catch (error) {
      throw damaged(error)
    }
  }

  /** What its codec wrote of the value that is stored. @throws {CacheSerializationError} for what this cache cannot read. */
  unpack(stored: StoredValue): EncodedPayload {
    const codec = stored.codec === plainJson.id ? plainJson : this.#parts.codecs.find(stored.codec)
    if (codec === undefined) {
      throw new CacheSerializationError('codec', 'the stored value was written by an unknown codec')
    }
    try {
      return { codec, payload: unpackPayload(stored, this.#parts.maxValueBytes) }
    } catch (error) {
      throw damaged(error)
    }
  }

  /** `null` is not for codecs to know: it has its own rules, and often no codec's type has room for it. */
  #choose(value: unknown): { readonly codec: Codec; readonly exact: boolean } {
    const { codec } = this.#parts
    return codec === undefined || value === null ? chooseJson(value) : { codec, exact: false }
  }
}

/** One more value of the same payload, which shares nothing with the others. @throws {CacheSerializationError} */
export function copyEncoded({ codec, payload }: EncodedPayload): unknown {
  try {
    return present(codec.decode(typeof payload === 'string' ? payload : copyBytes(payload)))
  } catch (error) {
    throw damaged(error)
  }
}

/** What a codec returned, if it can be stored; bytes are copied, since a codec may use its memory again. */
function ownPayload(payload: unknown): string | Uint8Array {
  if (types.isUint8Array(payload)) return copyBytes(payload)
  if (typeof payload === 'string' && payload.isWellFormed()) return payload
  throw new CacheSerializationError('value', 'the codec returned neither well-formed text nor bytes')
}

function present(value: unknown): unknown {
  if (value !== undefined) return value
  throw new CacheSerializationError('damaged', 'the value was decoded to undefined')
}

function damaged(error: unknown): CacheError {
  if (isCacheError(error)) return error
  return new CacheSerializationError('damaged', `the value cannot be decoded (${kindOfError(error)})`)
}
