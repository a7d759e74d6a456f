import type { Codec } from './codec.ts'
import type { CompressionOptions } from './compression.ts'

/** How values are written; on the cache, on a definition, or on one ad-hoc read, the nearest of which wins. */
export interface ValueOptions {
  /**
   * `'json'` writes JSON where that gives the value back as it is, and otherwise JSON with the types that it lacks: Date,
   * Map, Set, bigint, undefined, NaN, infinities, -0, RegExp, URL, Error, Buffer, ArrayBuffer and its views. Entries that
   * another codec of the same cache wrote stay readable. @defaultValue `'json'`
   */
  readonly codec?: Codec | 'json'
  /** Compresses what is large, and keeps that only where it is smaller. @defaultValue `false` */
  readonly compression?: CompressionOptions | false
  /**
   * Largest value in bytes, as its codec writes it, before compression. A larger one goes to its callers without being
   * stored, and a larger one in Redis is a miss; both emit `codecError`. @defaultValue `1_048_576` (1 MiB)
   */
  readonly maxValueBytes?: number
}
