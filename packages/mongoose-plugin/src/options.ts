import { type Cache, CacheConfigError, type InvalidateTarget, type Policy } from '@vidnest/cache-core'

import type { Change } from './change.ts'

/**
 * Where the values of `watch` come from when a write touches one of these paths, and the `_id` of a document that the
 * call does not name:
 * - `'guarded'`: from a read just before the write, which is then sent for those documents alone, and for a single one
 *   only while all its watched fields are as they were read; when another writer was faster, it is read for and sent
 *   again. What that cannot prove is told without values, as `exactness: 'none'`: a watched field of several documents
 *   at once, upserts, comparisons under a collation, new values that the call does not spell out (`$inc`, `$push`, a
 *   pipeline), and a write that was overtaken three times.
 * - `'transaction'`: from a read in a transaction around the write, which proves these too. Needs a replica set; where
 *   there is none, and after three conflicts, it is `'guarded'`.
 * - `'read'`: from a read beside the write. Another writer may come between, and what is told is wrong then.
 * - `'off'`: from nowhere.
 *
 * In the caller's own transaction, all but `'off'` read in it and are exact.
 */
export type ImagesOption = 'off' | 'read' | 'guarded' | 'transaction'

const imagesOptions: readonly unknown[] = ['off', 'read', 'guarded', 'transaction'] satisfies ImagesOption[]

/**
 * What is promised of a writer that does not come to its invalidation:
 * - `'default'`: what it changed may be served stale until the TTL.
 * - `'strict'`: nothing is stored for what it may change from before the write (or commit) until after it, and what was
 *   stored is voided both times, so that not even a writer that is killed leaves an older value. `invalidate` is called
 *   before the write as well, must name keys and tags only, and its error stops the write; so does a Redis that does not
 *   acknowledge the barrier, unless the cache has `onInvalidationFailure: 'queue'`.
 */
export type ConsistencyOption = 'default' | 'strict'

/** How writes to many documents are handled. */
export interface BulkOptions {
  /** Above this many documents a write is reported as one change without `id`. @defaultValue `500` */
  readonly maxIds?: number
}

/** What `schema.plugin(cachePlugin, options)` takes. */
export interface CachePluginOptions<Document = Record<string, unknown>> {
  /** The cache, or a function that returns it (called at the first write, for caches that are made after the models). */
  readonly cache: Cache | (() => Cache)
  /**
   * What depended on the changed document, beside cached queries. Called after the write, once for each changed document.
   * @defaultValue nothing
   */
  invalidate?(change: Change<Document>): readonly InvalidateTarget[] | Promise<readonly InvalidateTarget[]>
  /**
   * Policy of cached queries, or the name of one of the cache. @defaultValue `{ ttl: '5m', jitter: 0.1 }`
   */
  readonly policy?: Policy | string
  /** Paths whose values `invalidate` needs from before and after the write. @defaultValue `[]` */
  readonly watch?: readonly string[]
  /**
   * Paths that no cached value depends on: an update that touches only these invalidates nothing. Mongoose's own
   * timestamps and version key are always among them. @defaultValue `[]`
   */
  readonly ignore?: readonly string[]
  /** @defaultValue `'guarded'` */
  readonly images?: ImagesOption
  readonly bulk?: BulkOptions
  /** @defaultValue `'default'` */
  readonly consistency?: ConsistencyOption
  /**
   * What happens when `invalidate` throws or the cache rejects; the write is done by then. A function is told;
   * `'throw'` rejects the caller's promise with a `WriteInvalidationError`. @defaultValue a process warning
   */
  readonly onError?: 'throw' | ((error: unknown) => void)
}

const known = new Set([
  'cache',
  'invalidate',
  'policy',
  'watch',
  'ignore',
  'images',
  'bulk',
  'consistency',
  'onError',
  'deduplicate',
])

/** @throws {CacheConfigError} naming the path of the first bad option. */
export function checkOptions(options: unknown): asserts options is CachePluginOptions {
  if (!isObject(options)) throw new CacheConfigError('options', 'an object with `cache` is needed')
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new CacheConfigError(name, 'there is no such option')
  }
  checkCache(options.cache)
  if (options.invalidate !== undefined) checkFunction('invalidate', options.invalidate)
  checkPolicy(options.policy)
  checkPaths('watch', options.watch)
  checkPaths('ignore', options.ignore)
  if (options.images !== undefined && !imagesOptions.includes(options.images)) {
    throw new CacheConfigError('images', "must be 'off', 'read', 'guarded' or 'transaction'")
  }
  checkBulk(options.bulk)
  const { consistency } = options
  if (consistency !== undefined && consistency !== 'default' && consistency !== 'strict') {
    throw new CacheConfigError('consistency', "must be 'default' or 'strict'")
  }
  if (options.onError !== undefined && options.onError !== 'throw') checkFunction('onError', options.onError)
}

function checkCache(cache: unknown): void {
  if (typeof cache === 'function') return
  if (!isObject(cache) || typeof cache.invalidate !== 'function') {
    throw new CacheConfigError('cache', 'must be a cache made by createCache, or a function that returns it')
  }
}

/** The rest of a policy is checked by the cache, which may not exist yet. */
function checkPolicy(policy: unknown): void {
  if (policy !== undefined && typeof policy !== 'string' && !isObject(policy))
    throw new CacheConfigError('policy', 'must be a policy, or the name of one')
}

function checkFunction(path: string, value: unknown): void {
  if (typeof value !== 'function') throw new CacheConfigError(path, 'must be a function')
}

function checkPaths(name: string, paths: unknown): void {
  if (paths === undefined) return
  if (!Array.isArray(paths)) throw new CacheConfigError(name, 'must be an array of paths')
  for (const [index, path] of paths.entries()) {
    if (
      typeof path !== 'string' ||
      path === '' ||
      path.split('.').some((part) => part === '' || part.startsWith('$'))
    ) {
      throw new CacheConfigError(`${name}[${index}]`, "must be a path such as 'owner' or 'subject.kind'")
    }
  }
}

function checkBulk(bulk: unknown): void {
  if (bulk === undefined) return
  if (!isObject(bulk)) throw new CacheConfigError('bulk', 'must be an object')
  for (const name of Object.keys(bulk)) {
    if (name !== 'maxIds') throw new CacheConfigError(`bulk.${name}`, 'there is no such option')
  }
  const { maxIds } = bulk
  if (maxIds !== undefined && (!Number.isSafeInteger(maxIds) || (maxIds as number) < 0)) {
    throw new CacheConfigError('bulk.maxIds', 'must be a whole number, 0 or more')
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
