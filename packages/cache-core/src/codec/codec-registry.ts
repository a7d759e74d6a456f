import { CacheConfigError } from '../errors.ts'
import { isBuiltIn, type Codec } from './codec.ts'
import { plainJson, richJson } from './json-codec.ts'

/**
 * The codecs that one cache knows by their letters: JSON, and those it was given. No others, since whoever can write to
 * Redis chooses the letter.
 */
export class CodecRegistry {
  readonly #codecs = new Map<string, Codec>([plainJson, richJson].map((codec) => [codec.id, codec]))

  /** The codec that wrote an entry. */
  find(id: string): Codec | undefined {
    return this.#codecs.get(id)
  }

  /** Makes a codec known. @throws {CacheConfigError} for what is no codec, and for a letter that another one has. */
  add(codec: Codec): void {
    if (this.#codecs.get((codec as Codec | null)?.id ?? '') === codec) return
    checkCodec(codec)
    if (this.#codecs.has(codec.id)) {
      throw new CacheConfigError(
        'codec.id',
        `another codec of this cache is called '${codec.id}': make a codec once and share it`,
      )
    }
    this.#codecs.set(codec.id, codec)
  }
}

function checkCodec(codec: Codec): void {
  const given: Partial<Record<keyof Codec, unknown>> | null = codec
  if (typeof given?.encode !== 'function' || typeof given.decode !== 'function') {
    throw new CacheConfigError('codec', "must be 'json' or a codec with id, encode and decode")
  }
  if (isBuiltIn(codec)) return
  if (typeof given.id !== 'string' || !/^[A-Z]$/.test(given.id)) {
    throw new CacheConfigError('codec.id', 'must be one letter from A to Z; the others are reserved')
  }
}
