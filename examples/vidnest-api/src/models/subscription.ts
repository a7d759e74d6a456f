import type { Cache } from '@vidnest/cache-core'
import { cachePlugin } from '@vidnest/mongoose-plugin'
import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { StaleAfter } from './write-effects.ts'

/** Who follows whom. */
export interface Subscription {
  _id: Types.ObjectId
  subscriber: Types.ObjectId
  channel: Types.ObjectId
}

export type SubscriptionModel = Model<Subscription>

/** Compiles the model; its writes invalidate what `staleAfter` names. */
export function subscriptionModel(
  connection: Connection,
  cache: Cache,
  staleAfter: StaleAfter,
): SubscriptionModel {
  const schema = new Schema<Subscription>(
    {
      subscriber: { type: Schema.Types.ObjectId, ref: 'User', required: true },
      channel: { type: Schema.Types.ObjectId, ref: 'User', required: true },
    },
    { timestamps: true },
  )
  schema.index({ subscriber: 1, channel: 1 }, { unique: true })
  schema.index({ channel: 1 })
  schema.plugin(cachePlugin, {
    cache,
    watch: ['subscriber', 'channel'],
    images: 'guarded',
    invalidate: staleAfter,
  })
  return connection.model<Subscription>('Subscription', schema)
}
