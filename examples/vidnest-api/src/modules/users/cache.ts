import type { InvalidateTarget } from '@vidnest/cache-core'
import type { Change } from '@vidnest/mongoose-plugin'
import { Types } from 'mongoose'
import type { Caches } from '../../config/caches.ts'
import type { Times } from '../../config/times.ts'
import type { Models } from '../../models/models.ts'
import { tags } from '../tags.ts'
import { findChannelStats, findIdByName, findProfile } from './queries.ts'
import { ChannelStats, Profile } from './schema.ts'

/** What is cached and counted of users: each with its key, its life, and how it goes stale. */
export type UserCache = ReturnType<typeof defineUserCache>

export function defineUserCache({ values, counts }: Caches, models: Models, times: Times) {
  return {
    /** Goes stale by its key; `PATCH /users/me` writes it through. */
    profile: values.define({
      key: 'user:profile:{id}',
      policy: times.lives('30m', 'REDIS_USER_TTL'),
      load: ({ id }) => findProfile(models, String(id)),
      schema: Profile.nullable(),
    }),

    /** Goes stale by its key, when the name is given up or taken. */
    byName: values.define({
      key: 'user:byname:{username}',
      policy: times.lives('30m', 'REDIS_USER_TTL'),
      load: ({ username }) => findIdByName(models, String(username)),
    }),

    /** Goes stale by its key, when a subscription at either end or a video of the channel is written. */
    channelStats: values.define({
      key: 'channel:stats:{id}',
      policy: times.lives('15m', 'REDIS_CHANNEL_TTL'),
      tags: () => [tags.anyVideo],
      load: ({ id }) => findChannelStats(models, String(id)),
      schema: ChannelStats,
    }),

    /** Lives on, seeded from MongoDB. */
    subscribers: counts.counter({
      key: 'channel:subscribers:{id}',
      seed: ({ id }) => models.Subscription.countDocuments({ channel: new Types.ObjectId(String(id)) }),
    }),
  }
}

/** Fields that an owner card shows. */
const cardFields = ['username', 'fullName', 'avatar']

/** What a write to a user makes stale. */
export function staleAfterUser(
  { id, touched, before, after, exactness }: Change,
  { profile, byName }: Pick<UserCache, 'profile' | 'byName'>,
): readonly InvalidateTarget[] {
  if (id === undefined) return ['all']
  const user = { id: String(id) }
  const names = [before?.['username'], after?.['username']].filter((name) => typeof name === 'string')
  const card = touched === 'all' || cardFields.some((field) => touched.has(field))
  const renamed = touched === 'all' || touched.has('username')
  return [
    profile.target(user),
    ...names.map((username) => byName.target({ username })),
    ...(renamed && exactness !== 'exact' ? [byName.targetMatching({})] : []),
    ...(card ? [{ tag: tags.ownerCard(user) }] : []),
  ]
}

/** What a new or ended subscription makes stale: the statistics of both ends. */
export function staleAfterSubscription(
  { before, after, exactness }: Change,
  { channelStats }: Pick<UserCache, 'channelStats'>,
): readonly InvalidateTarget[] {
  if (exactness !== 'exact') return [channelStats.targetMatching({})]
  const ends = [before, after].flatMap((values) =>
    values === undefined ? [] : [values['subscriber'], values['channel']],
  )
  return [...new Set(ends.map(String))].map((id) => channelStats.target({ id }))
}
