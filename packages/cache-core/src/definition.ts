import type { ValueOptions } from './codec/value-options.ts'
import type {
  InvalidateOptions,
  InvalidationReport,
  KeyTarget,
  MatchingTarget,
} from './invalidation/target.ts'
import type { ParamsOf } from './keys/params.ts'
import type { LoadContext, Loader, LoadMany } from './load-context.ts'
import type { Policy } from './policy/policy.ts'
import type { StandardSchema } from './schema.ts'
import type { Duration } from './time/duration.ts'

/** What reads of one value, and `getOrSetMany`, take last. `has` and `entry` take nothing. */
export interface ReadOptions {
  /** Ends this caller's wait; the load goes on while others wait for it. */
  readonly signal?: AbortSignal
  /**
   * Load now, whatever is cached, and store the result; `get`, which never loads, only passes the near tier by.
   * @defaultValue `false`
   */
  readonly fresh?: boolean
}

/** What `getMany` takes last. */
export type BatchOptions = Pick<ReadOptions, 'signal'>

/** The policy of a definition: a {@link Policy}, or the name of one that was given to `createCache`. */
export type PolicyChoice = Policy | string

/** What {@link Cache.define} takes, with everything but the loader and the schema. */
export interface DefinitionOptions<Template extends string, Value> extends ValueOptions {
  /** Template of the keys, without the namespace, such as `'video:{id}'`. */
  readonly key: Template
  readonly policy: PolicyChoice
  /** Tags that are known before the load: they cost nothing on a hit. */
  readonly tags?: (params: ParamsOf<Template>) => readonly string[]
  /** Tags that only the value tells: a hit in Redis takes a second round trip to check them. */
  readonly valueTags?: (value: NoInfer<Value>, params: ParamsOf<Template>) => readonly string[]
  /**
   * Version of the value's shape, a whole number. Raise it when the shape changes: older entries become misses, and a
   * process that meets a newer entry loads without storing. @defaultValue `1`
   */
  readonly version?: number
}

/** The loader of a definition. */
export type DefinitionLoader<Template extends string, Value, Stale> = (
  params: ParamsOf<Template>,
  context: LoadContext<Stale>,
) => Value | Promise<Value>

/** A definition whose values are typed and checked by a schema. */
export interface SchemaDefinitionOptions<Template extends string, Value> extends DefinitionOptions<
  Template,
  Value
> {
  readonly load?: DefinitionLoader<Template, NoInfer<Value>, NoInfer<Value>>
  /**
   * Checks what a loader returns before it is stored and what Redis returns before it is used; a mismatch on read is a
   * miss. It must be idempotent: its input and output types are the same.
   */
  readonly schema: StandardSchema<Value, Value>
}

/** A definition whose values are typed by its loader. */
export interface PlainDefinitionOptions<Template extends string, Value> extends DefinitionOptions<
  Template,
  Value
> {
  readonly load?: DefinitionLoader<Template, Value, unknown>
}

/** What is known of one entry, for debugging. */
export interface EntryInfo<Value> {
  /** Whether a read would be a hit. */
  readonly hit: boolean
  /** Where the entry was found. */
  readonly tier: 'redis' | 'memory' | 'none'
  /** Whether something is stored that may no longer be used as fresh. */
  readonly stale: boolean
  /** Why there is no hit, in a word. */
  readonly reason?:
    | 'absent'
    | 'loading'
    | 'expired'
    | 'tag'
    | 'epoch'
    | 'version'
    | 'undecodable'
    | 'unreachable'
  /** Milliseconds since its load began. */
  readonly age?: number
  /** Milliseconds until it stops being fresh; `Infinity` when it never does. */
  readonly ttl?: number
  readonly tags: readonly string[]
  readonly value?: Value
  /** The full name in Redis. */
  readonly redisKey: string
}

/** A kind of cached value: a key template, a loader, a policy, and how its values go stale. */
export interface Definition<Params, Value> {
  /** The key template; also the definition's name in statistics and events. */
  readonly name: string
  /** The fresh value that is cached, or `undefined`; never loads. */
  get(params: Params, options?: ReadOptions): Promise<Value | undefined>
  /**
   * The cached value, or the loader's, which is stored: cache-aside. An error of the loader reaches every waiting caller
   * unwrapped; trouble with the cache reaches none.
   */
  getOrSet(params: Params, options?: ReadOptions): Promise<Value>
  getOrSet(params: Params, loader: Loader<Value>, options?: ReadOptions): Promise<Value>
  /** The fresh values that are cached, in order; `undefined` for the others. One round trip per node. */
  getMany(params: readonly Params[], options?: BatchOptions): Promise<(Value | undefined)[]>
  /**
   * The cached values in order, and for those that are missing one call of `loadMany`, or else the definition's loader for
   * each. They share loads with single calls. An `Error` in the place of a value is that key's alone: the others are
   * stored, and this call rejects with it.
   */
  getOrSetMany(
    params: readonly Params[],
    loadMany?: LoadMany<Params, Value>,
    options?: ReadOptions,
  ): Promise<Value[]>
  /** Stores `value`. Resolves to whether it was stored; trouble with Redis is an event, not a rejection. */
  set(params: Params, value: Value): Promise<boolean>
  /** Loads now and stores, whatever is cached. */
  refresh(params: Params, options?: ReadOptions): Promise<Value>
  /** Whether a fresh value is cached. */
  has(params: Params): Promise<boolean>
  /**
   * Makes the cached value fresh for `ttl` from now, longer or shorter than it was. Resolves to whether there was a fresh
   * value; trouble with Redis is an event, not a rejection.
   */
  expire(params: Params, ttl: Duration): Promise<boolean>
  /**
   * Runs `write` against the source, then stores what it returned. A `write` that throws changes nothing; when another
   * write or an invalidation came between, the entry is invalidated instead of keeping an older value.
   * @throws what `write` throws; {InvalidationError} when the old entry could be neither replaced nor invalidated.
   */
  writeThrough(params: Params, write: () => Value | Promise<Value>): Promise<Value>
  /** Removes one entry. @throws {InvalidationError} when it could not be done. */
  invalidate(params: Params, options?: InvalidateOptions): Promise<InvalidationReport>
  /** Removes every entry whose parameters equal the given ones (SCAN and UNLINK). */
  invalidateMatching(params: Partial<Params>, options?: InvalidateOptions): Promise<InvalidationReport>
  /** What is stored, and why it is or is not a hit. */
  entry(params: Params): Promise<EntryInfo<Value>>
  /** The key, without the namespace. */
  key(params: Params): string
  /** Descriptor of one entry for `cache.invalidate`. */
  target(params: Params): KeyTarget
  /** Descriptor of all entries whose parameters equal the given ones, for `cache.invalidate`. */
  targetMatching(params: Partial<Params>): MatchingTarget
}
