import { CacheError } from '@vidnest/cache-core'

/**
 * The database was changed, and what depended on it could not be invalidated. Thrown only with `onError: 'throw'`;
 * `cause` is the error of the `invalidate` callback or of the cache.
 */
export class WriteInvalidationError extends CacheError {
  override readonly name = 'WriteInvalidationError'
  readonly code = 'E_CACHE_INVALIDATION'
  /** What the write would have resolved to; `undefined` after the commit of several writes. */
  readonly result: unknown

  constructor(result: unknown, cause: unknown) {
    super('the write was done, but what depended on it could not be invalidated', { cause })
    this.result = result
  }

  /** The driver's `withTransaction` asks every error of a commit for its labels; this one has none. */
  hasErrorLabel(_label: string): boolean {
    return false
  }
}

/**
 * With `consistency: 'strict'`: the barrier around a commit could not be put up, so nothing was committed. The transaction
 * is still open: commit again, or abort. `cause` is the error of the cache.
 */
export class CommitBarrierError extends CacheError {
  override readonly name = 'CommitBarrierError'
  readonly code = 'E_CACHE_INVALIDATION'

  constructor(cause: unknown) {
    super('the barrier around the commit could not be put up, so nothing was committed: try again', { cause })
  }

  /** The driver's `withTransaction` asks every error of a commit for its labels; this one has none. */
  hasErrorLabel(_label: string): boolean {
    return false
  }
}
