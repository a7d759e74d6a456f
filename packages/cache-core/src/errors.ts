/** Every code an error of this package may carry; each has an anchor in `docs/errors.md`. */
export type CacheErrorCode =
  | 'E_CACHE_CONFIG'
  | 'E_CACHE_TIMEOUT'
  | 'E_CACHE_STORE'
  | 'E_CACHE_SERIALIZATION'
  | 'E_CACHE_INVALIDATION'
  | 'E_CACHE_CLOSED'

/** Marks the errors of every copy of this package. */
const brand = '@vidnest/cache-core/error'

/** Options of every {@link CacheError}. */
export interface CacheErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * What this package throws. Messages never hold a cached value or a key.
 * Test with {@link isCacheError}: `instanceof` fails when two copies of the package are installed.
 */
export abstract class CacheError extends Error {
  /** Stable, documented code. */
  abstract readonly code: CacheErrorCode
  readonly '@vidnest/cache-core/error' = true

  constructor(message: string, options: CacheErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : {})
  }
}

/** An option, a template, a parameter or a definition is wrong; `path` names it. */
export class CacheConfigError extends CacheError {
  override readonly name = 'CacheConfigError'
  readonly code = 'E_CACHE_CONFIG'
  /** Where the bad value is, such as `policies.list.ttl` or `params.id`. */
  readonly path: string

  constructor(path: string, message: string, options?: CacheErrorOptions) {
    super(`${path}: ${message}`, options)
    this.path = path
  }
}

/** Something did not finish within its deadline. */
export class CacheTimeoutError extends CacheError {
  override readonly name = 'CacheTimeoutError'
  readonly code = 'E_CACHE_TIMEOUT'
  /**
   * What took too long: `'store'`: one Redis operation (`redisTimeout`), which no reader sees; `'wait'`: all that a caller
   * waited for, at its `hardTimeout`; `'loader'`: a loader at its `hardTimeout`, for those who joined it.
   */
  readonly phase: 'store' | 'loader' | 'wait'

  constructor(phase: 'store' | 'loader' | 'wait', message: string, options?: CacheErrorOptions) {
    super(message, options)
    this.phase = phase
  }
}

/** Redis refused, failed or could not be asked. */
export class CacheStoreError extends CacheError {
  override readonly name = 'CacheStoreError'
  readonly code = 'E_CACHE_STORE'
  /** The operation that failed, such as `read` or `fill`. */
  readonly operation: string

  constructor(operation: string, message: string, options?: CacheErrorOptions) {
    super(message, options)
    this.operation = operation
  }
}

/**
 * Why a value could not be stored, or a stored one not be used: `value`: it cannot be encoded (a function, a symbol, a
 * promise, a cycle); `size`: it is larger than `maxValueBytes`; `schema`: it does not fit its schema; `codec`: it was
 * stored by a codec or a compression that this process does not know; `damaged`: what is stored cannot be decoded.
 */
export type SerializationReason = 'value' | 'size' | 'schema' | 'codec' | 'damaged'

/** A value cannot be stored, or a stored one cannot be used. Readers never see it: they get the loader's value. */
export class CacheSerializationError extends CacheError {
  override readonly name = 'CacheSerializationError'
  readonly code = 'E_CACHE_SERIALIZATION'
  readonly reason: SerializationReason

  constructor(reason: SerializationReason, message: string, options?: CacheErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** An invalidation could not be done, so stale values may still be served: retry it, or use `'queue'`. */
export class InvalidationError extends CacheError {
  override readonly name = 'InvalidationError'
  readonly code = 'E_CACHE_INVALIDATION'
}

/** The cache was closed before the call. */
export class CacheClosedError extends CacheError {
  override readonly name = 'CacheClosedError'
  readonly code = 'E_CACHE_CLOSED'

  constructor() {
    super('the cache is closed')
  }
}

/** Whether `error` came from this package (any copy of it), and carries `code` where one is given. */
export function isCacheError(error: unknown, code?: CacheErrorCode): error is CacheError {
  if (!(error instanceof Error) || !(brand in error)) return false
  return code === undefined || (error as CacheError).code === code
}

/** What kind of thing was thrown, for messages: the errors of codecs and schemas may quote the value they choked on. */
export function kindOfError(error: unknown): string {
  return error instanceof Error ? error.name : `a thrown ${typeof error}`
}
