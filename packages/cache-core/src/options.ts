import type { ValueOptions } from './codec/value-options.ts'
import type { MemoryOptions } from './memory/memory-options.ts'
import type { Policy } from './policy/policy.ts'
import type { RedisLike } from './redis/redis-like.ts'
import type { Clock } from './time/clock.ts'
import type { Duration } from './time/duration.ts'

/** Options of `createCache`. */
export interface CacheOptions extends ValueOptions {
  /**
   * The ioredis client (5 or 6; one server, Sentinel or Cluster). The cache uses it, adds an `error` listener, and never
   * closes it. Left out: a cache in the memory of this process alone, which shares nothing with any other and ends with
   * it. `undefined` is refused, since a client that was forgotten must not go unnoticed.
   */
  readonly redis?: RedisLike
  /** First segment of every key: letters, digits, `.`, `_`, `-`. Two caches of one namespace share their entries. */
  readonly namespace: string
  /**
   * A near tier in the memory of the process, before Redis: hits there cost no round trip. Invalidations by this process are
   * seen at once, those by others as soon as their message arrives. `{}` takes all defaults. Of a cache without `redis`, how
   * much it may hold. @defaultValue `false`; without `redis` `{}`
   */
  readonly memory?: MemoryOptions | false
  /** Named policies that definitions can choose. */
  readonly policies?: Readonly<Record<string, Policy>>
  /** Deadline of one Redis operation; after it a read goes to its loader. @defaultValue `'100ms'` */
  readonly redisTimeout?: Duration
  /**
   * What an invalidation does that Redis did not acknowledge: `'throw'` rejects; `'queue'` resolves with a report that
   * says `queued`, reads past the cache, and retries until it is done. @defaultValue `'throw'`
   */
  readonly onInvalidationFailure?: 'throw' | 'queue'
  /**
   * What to do when the server may have lost acknowledged invalidations, because it was restarted or a replica was
   * promoted: `'invalidate'` makes all older entries misses, once; `'keep'` trades this safety for a warm cache.
   * @defaultValue `'invalidate'`
   */
  readonly onFailover?: 'invalidate' | 'keep'
  /** Longest wait for a load of another process, before loading without storing. @defaultValue `'10s'` */
  readonly waitTimeout?: Duration
  /**
   * Most loaders of this cache that run at once; further ones wait in line, and a loader that is called by another one does
   * not wait. A batch counts as one. @defaultValue no limit while Redis answers, 100 while it does not, so that its outage
   * does not become the database's
   */
  readonly loaderConcurrency?: number
  /** Source of time; tests inject their own. @defaultValue the machine's */
  readonly clock?: Clock
  /** `false` loads every time and stores nothing. @defaultValue `true` */
  readonly enabled?: boolean
}
