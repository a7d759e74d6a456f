/**
 * Turns values into what Redis stores, and back. Both functions are synchronous, may throw, and must not keep or change
 * what they are given; a value that cannot be encoded is handed to its caller without being stored, and a payload that
 * cannot be decoded is a miss.
 *
 * A value that a loader returned goes through both before anybody gets it, so that a miss and a hit return equal values
 * whatever the codec keeps and drops. `null` never reaches a codec, and `undefined` is never stored.
 */
export interface Codec<Payload extends string | Uint8Array = string | Uint8Array> {
  /**
   * One letter from `A` to `Z`, unique in a cache, written into every entry. It names the format for ever: give a format
   * that old entries cannot be read with another letter. Lower-case letters belong to this package.
   */
  readonly id: string
  /** The value as well-formed text, or as bytes, which are copied. */
  encode(value: unknown): Payload
  /** What `encode` was given, of a payload that it returned. The bytes are this call's own. */
  decode(payload: Payload): unknown
}

/** Marks the codecs of every copy of this package: only they may have a lower-case letter. */
const brand = Symbol.for('@vidnest/cache-core/codec')

/** A codec of this package. */
export function builtIn<Payload extends string | Uint8Array>(codec: Codec<Payload>): Codec<Payload> {
  return Object.freeze({ ...codec, [brand]: true })
}

/** Whether the codec came from {@link builtIn}. */
export function isBuiltIn(codec: Codec): boolean {
  return brand in codec
}
