export { cachePlugin } from './cache-plugin.ts'
export type { BulkOptions, CachePluginOptions, ConsistencyOption, ImagesOption } from './options.ts'
export type { Change, ChangeExactness, ChangeOperation, ChangeSource, DocumentId } from './change.ts'
export { attachConnection, type Attachment } from './connection/attach-connection.ts'
export type { AttachableConnection } from './connection/attachable-connection.ts'
export type { AttachOptions, ChangeStreamOptions } from './connection/options.ts'
export type { StreamGap } from './stream/gap.ts'
export { afterCommit } from './transactions/after-commit.ts'
export {
  type CounterModel,
  type DroppedCounts,
  type MongoCounterSinkOptions,
  mongoCounterSink,
} from './counters/mongo-counter-sink.ts'
export { CommitBarrierError, WriteInvalidationError } from './errors.ts'
export type { ModelLike, SchemaLike } from './interception/mongoose-like.ts'
export type { QueryCacheOptions } from './queries/query-cache-options.ts'
export type { BypassReason, QueryExplanation } from './queries/explanation.ts'
export type { ReadMethod } from './queries/read-call.ts'
export type { CacheQueryHelpers, CacheStatics } from './queries/query-types.ts'
