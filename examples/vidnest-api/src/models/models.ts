import type { Cache } from '@vidnest/cache-core'
import type { Connection } from 'mongoose'
import { subscriptionModel, type SubscriptionModel } from './subscription.ts'
import { userModel, type UserModel } from './user.ts'
import { videoModel, type VideoModel } from './video.ts'

/** The models of one connection. */
export interface Models {
  readonly User: UserModel
  readonly Video: VideoModel
  readonly Subscription: SubscriptionModel
}

/**
 * Compiles all models; their writes invalidate in `cache`. Filters are sanitized: an operator that comes from outside is a
 * value, and those of our own are marked with `trusted`.
 */
export function createModels(connection: Connection, cache: Cache): Models {
  connection.set('sanitizeFilter', true)
  return {
    User: userModel(connection, cache),
    Video: videoModel(connection, cache),
    Subscription: subscriptionModel(connection, cache),
  }
}
