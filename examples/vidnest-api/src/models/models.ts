import type { Cache } from '@vidnest/cache-core'
import type { Connection } from 'mongoose'
import type { StaleAfter } from './stale-after.ts'
import { subscriptionModel, type SubscriptionModel } from './subscription.ts'
import { userModel, type UserModel } from './user.ts'
import { videoModel, type VideoModel } from './video.ts'

/** The models of one connection. */
export interface Models {
  readonly User: UserModel
  readonly Video: VideoModel
  readonly Subscription: SubscriptionModel
}

/** {@link StaleAfter} for each model. */
export interface StaleAfterWrites {
  readonly user: StaleAfter
  readonly video: StaleAfter
  readonly subscription: StaleAfter
}

/**
 * Compiles all models; their writes invalidate in `cache`. Filters are sanitized: an operator that comes from outside is a
 * value, and those of our own are marked with `trusted`.
 */
export function createModels(connection: Connection, cache: Cache, stale: StaleAfterWrites): Models {
  connection.set('sanitizeFilter', true)
  return {
    User: userModel(connection, cache, stale.user),
    Video: videoModel(connection, cache, stale.video),
    Subscription: subscriptionModel(connection, cache, stale.subscription),
  }
}
