export { createCache } from './create-cache.ts'
export type {
  AdHocOptions,
  Cache,
  CacheHealth,
  GuardOptions,
  WarmEntry,
  WarmOptions,
  WarmReport,
} from './cache.ts'
export type { MemoryLimits } from './memory/memory-limits.ts'
export type { CacheOptions } from './options.ts'
export type { MemoryOptions } from './memory/memory-options.ts'
export type {
  BatchOptions,
  Definition,
  DefinitionLoader,
  DefinitionOptions,
  EntryInfo,
  PlainDefinitionOptions,
  PolicyChoice,
  ReadOptions,
  SchemaDefinitionOptions,
} from './definition.ts'
export type { BatchContext, LoadContext, Loader, LoadMany } from './load-context.ts'
export type { Codec } from './codec/codec.ts'
export type { CompressionAlgorithm, CompressionOptions } from './codec/compression.ts'
export { msgpackCodec, type MsgpackPacker } from './codec/msgpack-codec.ts'
export { structuredCodec } from './codec/structured-codec.ts'
export type { ValueOptions } from './codec/value-options.ts'
export type { Policy } from './policy/policy.ts'
export type { SchemaResult, StandardSchema } from './schema.ts'

export { defineKey, type KeyBuilder } from './keys/define-key.ts'
export { defineTag, type TagBuilder } from './keys/define-tag.ts'
export type { KeyValue, ParamsOf, ParsedParams } from './keys/params.ts'

export type {
  InvalidateOptions,
  InvalidateTarget,
  InvalidationProgress,
  InvalidationReport,
  KeyTarget,
  MatchingTarget,
  PatternTarget,
  TagTarget,
} from './invalidation/target.ts'

export type {
  Counter,
  CounterBatch,
  CounterDelta,
  CounterOptions,
  CounterSeed,
  CounterSink,
} from './counters/counter.ts'

export {
  CacheClosedError,
  CacheConfigError,
  CacheError,
  type CacheErrorCode,
  type CacheErrorOptions,
  CacheSerializationError,
  CacheStoreError,
  CacheTimeoutError,
  InvalidationError,
  isCacheError,
  type SerializationReason,
} from './errors.ts'

export type {
  CacheChannelMessage,
  CacheEventListener,
  CacheEventName,
  CacheEvents,
  MissReason,
  StaleReason,
} from './observability/events.ts'
export type { CacheStats, DefinitionStats, MemoryStats } from './observability/stats.ts'
export { type BoundedRedis, type BoundedRedisOptions, boundRedis } from './redis/bounded-redis.ts'
export type { Script } from './redis/run-script.ts'
export {
  type RedisClusterProfile,
  type RedisProfile,
  type RedisProfileName,
  type RedisProfiles,
  redisProfile,
  type RedisSentinelProfile,
  type RedisSubscriberProfile,
} from './redis/profiles/redis-profile.ts'
export type { RedisArgument, RedisClusterLike, RedisLike, RedisPipelineLike } from './redis/redis-like.ts'
export { type Clock, systemClock, type Timer } from './time/clock.ts'
export { type Duration, durationToMs, finiteDurationToMs } from './time/duration.ts'
