import type { Cache } from '@vidnest/cache-core'
import type { Connection } from 'mongoose'
import { subscriptionModel, type SubscriptionModel } from './subscription.ts'
import { userModel, type UserModel } from './user.ts'
import { videoModel, type VideoModel } from './video.ts'
import type { WriteEffects } from './write-effects.ts'

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
export function createModels(connection: Connection, cache: Cache, effects: WriteEffects): Models {
  connection.set('sanitizeFilter', true)
  return {
    User: userModel(connection, cache, effects),
    Video: videoModel(connection, cache, effects.video),
    Subscription: subscriptionModel(connection, cache, effects.subscription),
  }
}
