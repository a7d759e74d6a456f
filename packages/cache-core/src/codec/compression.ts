// The default import, because an older Node, which lacks zstd, refuses a named import of it.
import zlib from 'node:zlib'
import { CacheConfigError } from '../errors.ts'

/** `'zstd'` needs Node 22.15 or newer in every process that reads the entries. */
export type CompressionAlgorithm = 'zstd' | 'gzip' | 'brotli'

/** How values are compressed. */
export interface CompressionOptions {
  readonly algorithm: CompressionAlgorithm
  /** Smallest value in bytes that is compressed. @defaultValue `4096` */
  readonly threshold?: number
}

/** One way to compress. */
export interface CompressionMethod {
  /** Its letter in the header's flags; upper case there where the value itself is bytes. */
  readonly flag: 'z' | 'g' | 'b'
  /** Whether this Node has it. */
  isThere(): boolean
  compress(bytes: Uint8Array): Buffer
  /** @throws for damaged bytes, and for more than `mostBytes` of output. */
  decompress(bytes: Uint8Array, mostBytes: number): Buffer
}

/** {@link CompressionOptions}, checked. */
export interface Compression {
  readonly method: CompressionMethod
  readonly threshold: number
}

const defaultThreshold = 4096

/**
 * Levels that cost no more than a few times `JSON.stringify` of the same value, and synchronous: up to the default
 * `maxValueBytes` the way to the thread pool and back is dearer than the work.
 */
const methods: Readonly<Record<CompressionAlgorithm, CompressionMethod>> = {
  zstd: {
    flag: 'z',
    isThere: () => typeof (zlib as Partial<typeof zlib>).zstdCompressSync === 'function',
    compress: (bytes) =>
      zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 3 } }),
    decompress: (bytes, maxOutputLength) => zlib.zstdDecompressSync(bytes, { maxOutputLength }),
  },
  gzip: {
    flag: 'g',
    isThere: () => true,
    compress: (bytes) => zlib.gzipSync(bytes, { level: 1 }),
    decompress: (bytes, maxOutputLength) => zlib.gunzipSync(bytes, { maxOutputLength }),
  },
  brotli: {
    flag: 'b',
    isThere: () => true,
    compress: (bytes) =>
      zlib.brotliCompressSync(bytes, {
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: 4,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
    decompress: (bytes, maxOutputLength) => zlib.brotliDecompressSync(bytes, { maxOutputLength }),
  },
}

/** The way of a letter, if this Node has it. */
export function methodOf(flag: string): CompressionMethod | undefined {
  const method = Object.values(methods).find((one) => one.flag === flag)
  return method?.isThere() === true ? method : undefined
}

/** @throws {CacheConfigError} naming the option that is wrong, or that this Node lacks. */
export function resolveCompression(options: CompressionOptions): Compression {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new CacheConfigError('compression', 'must be false or an object of options')
  }
  const unknown = Object.keys(options).find((name) => name !== 'algorithm' && name !== 'threshold')
  if (unknown !== undefined) {
    throw new CacheConfigError(`compression.${unknown}`, 'is not an option; known are algorithm, threshold')
  }
  const { algorithm, threshold = defaultThreshold } = options
  if (!Object.hasOwn(methods, algorithm)) {
    throw new CacheConfigError('compression.algorithm', "must be 'zstd', 'gzip' or 'brotli'")
  }
  if (!methods[algorithm].isThere()) {
    throw new CacheConfigError('compression.algorithm', `'${algorithm}' needs Node 22.15 or newer`)
  }
  if (!Number.isSafeInteger(threshold) || threshold < 0) {
    throw new CacheConfigError('compression.threshold', 'must be a whole number of bytes, 0 or more')
  }
  return { method: methods[algorithm], threshold }
}
