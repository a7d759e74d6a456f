import type { Faker } from '@faker-js/faker'
import { Types } from 'mongoose'

const mostChannels = 20

/** Each user follows a few others, once. */
export function makeSubscriptions(
  faker: Faker,
  users: readonly Types.ObjectId[],
): { subscriber: Types.ObjectId; channel: Types.ObjectId }[] {
  return users.flatMap((subscriber) => {
    const count = faker.number.int({ min: 0, max: Math.min(mostChannels, users.length - 1) })
    const channels = faker.helpers
      .arrayElements(users, count)
      .filter((channel) => !channel.equals(subscriber))
    return channels.map((channel) => ({ _id: new Types.ObjectId(), subscriber, channel }))
  })
}

/** Writes each channel's number of subscribers into its user. */
export function subscriberCounts(
  subscriptions: readonly { readonly channel: Types.ObjectId }[],
): { updateOne: { filter: { _id: Types.ObjectId }; update: { $set: { subscribersCount: number } } } }[] {
  const channels = Map.groupBy(subscriptions, ({ channel }) => String(channel))
  return [...channels].map(([id, { length: subscribersCount }]) => ({
    updateOne: { filter: { _id: new Types.ObjectId(id) }, update: { $set: { subscribersCount } } },
  }))
}
