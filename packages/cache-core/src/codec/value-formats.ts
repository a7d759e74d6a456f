import { CacheConfigError } from '../errors.ts'
import type { Codec } from './codec.ts'
import { CodecRegistry } from './codec-registry.ts'
import { resolveCompression, type Compression } from './compression.ts'
import { ValueFormat, type ValueFormatParts } from './value-format.ts'
import type { ValueOptions } from './value-options.ts'

const defaultMaxValueBytes = 2 ** 20
/** With room for base64 and the header below the longest string of V8 and the longest one of Redis. */
const highestMaxValueBytes = 2 ** 28

/** The formats of one cache: its own, and those of definitions that ask for another. */
export class ValueFormats {
  readonly #parts: ValueFormatParts
  readonly #default: ValueFormat

  /** @throws {CacheConfigError} naming the option that is wrong. */
  constructor(options: ValueOptions) {
    const start = {
      codecs: new CodecRegistry(),
      codec: undefined,
      compression: undefined,
      maxValueBytes: defaultMaxValueBytes,
    }
    this.#parts = resolve(options, start)
    this.#default = new ValueFormat(this.#parts)
  }

  /** The cache's format, changed by what is given. @throws {CacheConfigError} naming the option that is wrong. */
  of(options: ValueOptions): ValueFormat {
    const { codec, compression, maxValueBytes } = options
    if (codec === undefined && compression === undefined && maxValueBytes === undefined) return this.#default
    return new ValueFormat(resolve(options, this.#parts))
  }
}

function resolve(options: ValueOptions, base: ValueFormatParts): ValueFormatParts {
  return {
    codecs: base.codecs,
    codec: options.codec === undefined ? base.codec : chosenCodec(options.codec, base.codecs),
    compression:
      options.compression === undefined ? base.compression : chosenCompression(options.compression),
    maxValueBytes:
      options.maxValueBytes === undefined ? base.maxValueBytes : checkMaxValueBytes(options.maxValueBytes),
  }
}

function chosenCodec(choice: Codec | 'json', codecs: CodecRegistry): Codec | undefined {
  if (choice === 'json') return undefined
  codecs.add(choice)
  return choice
}

function chosenCompression(choice: NonNullable<ValueOptions['compression']>): Compression | undefined {
  return choice === false ? undefined : resolveCompression(choice)
}

function checkMaxValueBytes(bytes: number): number {
  if (Number.isSafeInteger(bytes) && bytes >= 1 && bytes <= highestMaxValueBytes) return bytes
  throw new CacheConfigError(
    'maxValueBytes',
    `must be a whole number of bytes from 1 to ${String(highestMaxValueBytes)}`,
  )
}
