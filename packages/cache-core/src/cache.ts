import type { ValueOptions } from './codec/value-options.ts'
import type { Counter, CounterOptions } from './counters/counter.ts'
import type {
  Definition,
  PlainDefinitionOptions,
  PolicyChoice,
  ReadOptions,
  SchemaDefinitionOptions,
} from './definition.ts'
import type { InvalidateOptions, InvalidateTarget, InvalidationReport } from './invalidation/target.ts'
import type { ParamsOf } from './keys/params.ts'
import type { Loader } from './load-context.ts'
import type { CacheEventListener, CacheEventName } from './observability/events.ts'
import type { Duration } from './time/duration.ts'
import type { CacheStats } from './observability/stats.ts'

/** Options of the ad-hoc {@link Cache.getOrSet}. */
export interface AdHocOptions<Value> extends ReadOptions, ValueOptions {
  readonly policy: PolicyChoice
  readonly tags?: readonly string[]
  readonly valueTags?: (value: Value) => readonly string[]
}

/** Options of {@link Cache.guard}. */
export interface GuardOptions {
  /**
   * How long the barrier outlives a writer that dies; it is renewed while the write runs. Longer than the database may take
   * to decide a write whose client has gone. @defaultValue `'30s'`
   */
  readonly timeout?: Duration
}

/** One thing to fill ahead of its first read, such as `() => videoById.getOrSet({ id })`. Its error is counted, not thrown. */
export type WarmEntry = () => Promise<unknown>

/** Options of {@link Cache.warm}. */
export interface WarmOptions {
  /** How many are filled at a time. @defaultValue `4` */
  readonly concurrency?: number
  /** Called after each entry with how many are done, those that failed included. */
  readonly onProgress?: (done: number) => void
}

/** What {@link Cache.warm} did. */
export interface WarmReport {
  readonly loaded: number
  readonly failed: number
}

/** Whether the cache can do its work. */
export interface CacheHealth {
  /** `'up'`: Redis answers, or is not needed. `'degraded'`: reads go to the loaders. `'down'`: closed. */
  readonly status: 'up' | 'degraded' | 'down'
  /** Left out by a cache in memory alone. */
  readonly redis?: {
    readonly ready: boolean
    /** Whether the breaker lets calls through. */
    readonly breaker: 'closed' | 'open' | 'half-open'
    /** Whether a failover or restart that loses acknowledged writes would be noticed: not where INFO is refused. */
    readonly watchesFailover: boolean
    /** What the client connects to; missing when the cache is switched off. */
    readonly mode?: 'single' | 'sentinel' | 'cluster'
    /**
     * Why Redis does not answer, while it does not. `'auth'`: it wants another user or password, or refuses what this one
     * may not do. `'unreachable'`: there is no connection. `'silent'`: there is one, and no reply in time. `'refused'`: it
     * answers with an error, as while a script blocks it.
     */
    readonly problem?: 'auth' | 'unreachable' | 'silent' | 'refused'
    /** Round trip of a PING in milliseconds, where it was answered. */
    readonly pingMs?: number
    /** Product and version, such as `'valkey 9.1.0'`, where INFO may be asked; on a Cluster, of one node. */
    readonly server?: string
    /** What the server does at its memory limit, such as `'allkeys-lru'`, where INFO may be asked; on a Cluster, of one node. */
    readonly evictionPolicy?: string
  }
  /** The near tier, where there is one: whether reads pass it by, because its messages cannot be trusted at the moment. */
  readonly memory?: { readonly bypassed: boolean }
  readonly invalidationsQueued: number
  /** What a developer should look at, such as options that the Redis client lacks; also told by `warning` events. */
  readonly warnings: readonly string[]
}

/** A cache on one namespace of one Redis, or in the memory of this process alone. */
export interface Cache {
  readonly namespace: string
  /**
   * Declares a kind of cached value; the parameters are typed from the key template, the value from `schema` or `load`.
   * @throws {CacheConfigError} for an unknown option, a bad template, or one that overlaps another definition's.
   */
  define<const Template extends string, Value>(
    options: SchemaDefinitionOptions<Template, Value>,
  ): Definition<ParamsOf<Template>, Value>
  define<const Template extends string, Value>(
    options: PlainDefinitionOptions<Template, Value>,
  ): Definition<ParamsOf<Template>, Value>
  /** Cache-aside without a definition. `key` is taken as it is: escape what users give with `defineKey`. */
  getOrSet<Value>(key: string, loader: Loader<Value>, options: AdHocOptions<NoInfer<Value>>): Promise<Value>
  /**
   * Removes what the targets name. Once it resolves (and nothing was `queued`), no read that starts later returns a value
   * whose load began before. @throws {InvalidationError} when it could not be done.
   */
  invalidate(
    target: InvalidateTarget | readonly InvalidateTarget[],
    options?: InvalidateOptions,
  ): Promise<InvalidationReport>
  /**
   * Runs `write` under a barrier before keys and tags: from before it until after it nothing is stored for them, and what
   * is there is voided both times. So a writer that dies between its write and the invalidation leaves nothing stale
   * either: its barrier lapses after `timeout`. A pattern cannot be guarded.
   * @throws what `write` throws; {InvalidationError} when the barrier could not be put up (then nothing was written; with
   * `onInvalidationFailure: 'queue'` the write goes on) or the targets could not be voided afterwards.
   */
  guard<Result>(
    targets: InvalidateTarget | readonly InvalidateTarget[],
    write: () => Result | Promise<Result>,
    options?: GuardOptions,
  ): Promise<Result>
  /** Declares counters; their keys are never touched by an invalidation. */
  counter<const Template extends string>(options: CounterOptions<Template>): Counter<ParamsOf<Template>>
  /**
   * Calls the entries, `concurrency` at a time, to fill ahead of their first read; `onProgress` is told how many are done.
   * What fails is counted; only bad options reject, with a `CacheConfigError`. @defaultValue `concurrency: 4`
   */
  warm(entries: Iterable<WarmEntry>, options?: WarmOptions): Promise<WarmReport>
  /**
   * Adds a listener for one kind of event; the result removes it. Whatever happens often has a count in {@link stats},
   * which costs nothing. @throws {CacheConfigError} for a name that no event has.
   */
  on<Name extends CacheEventName>(name: Name, listener: CacheEventListener<Name>): () => void
  /** Counts since the cache was made, of all definitions and of each. Asks nobody, so it may be called often. */
  stats(): CacheStats
  /** Asks Redis, where there is one, with a PING, for at most `redisTimeout`. Never rejects. */
  health(): Promise<CacheHealth>
  /** Waits for fills, flushes the counters and stops; the Redis client stays the user's. Safe to call twice. */
  close(): Promise<void>
}
