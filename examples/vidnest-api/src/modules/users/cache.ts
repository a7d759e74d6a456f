import {
  type Cache,
  type Definition,
  defineKey,
  defineTag,
  type InvalidateTarget,
  type KeyValue,
} from '@vidnest/cache-core'
import type { Change } from '@vidnest/mongoose-plugin'
import type { Models } from '../../models/models.ts'
import { findChannelStats, findIdByName, findProfile } from './queries.ts'
import { ChannelStats, Profile } from './schema.ts'

const profileKey = defineKey('user:profile:{id}')
const byNameKey = defineKey('user:byname:{username}')
export const channelStatsKey = defineKey('channel:stats:{id}')

/** Everything that shows the user's name or picture beside something else. */
export const ownerCardTag = defineTag('owner-card:{id}')

/** Fields that an owner card shows. */
const cardFields = ['username', 'fullName', 'avatar']

/** What a write to a user makes stale. */
export function userTargets({ id, touched, before, after, exactness }: Change): readonly InvalidateTarget[] {
  if (id === undefined) return ['all']
  const user = { id: String(id) }
  const names = [before?.['username'], after?.['username']].filter((name) => typeof name === 'string')
  const card = touched === 'all' || cardFields.some((field) => touched.has(field))
  const renamed = touched === 'all' || touched.has('username')
  return [
    { key: profileKey.build(user) },
    ...names.map((username) => ({ key: byNameKey.build({ username }) })),
    ...(renamed && exactness !== 'exact' ? [{ pattern: byNameKey.pattern({}) }] : []),
    ...(card ? [{ tag: ownerCardTag(user) }] : []),
  ]
}

/** What a new or ended subscription makes stale: the statistics of both ends. */
export function subscriptionTargets({ before, after, exactness }: Change): readonly InvalidateTarget[] {
  if (exactness !== 'exact') return [{ pattern: channelStatsKey.pattern({}) }]
  const ends = [before, after].flatMap((values) =>
    values === undefined ? [] : [values['subscriber'], values['channel']],
  )
  return [...new Set(ends.map(String))].map((id) => ({ key: channelStatsKey.build({ id }) }))
}

/** What is cached of users. */
export interface UserCache {
  readonly profile: Definition<{ readonly id: KeyValue }, Profile | null>
  readonly byName: Definition<{ readonly username: KeyValue }, string | null>
  readonly channelStats: Definition<{ readonly id: KeyValue }, ChannelStats>
}

const ProfileOrNull = Profile.nullable()

export function defineUserCache(cache: Cache, models: Models): UserCache {
  return {
    profile: cache.define({
      key: profileKey.template as 'user:profile:{id}',
      load: ({ id }) => findProfile(models, String(id)),
      schema: ProfileOrNull,
      policy: 'user',
    }),
    byName: cache.define({
      key: byNameKey.template as 'user:byname:{username}',
      load: ({ username }) => findIdByName(models, String(username)),
      policy: 'user',
    }),
    channelStats: cache.define({
      key: channelStatsKey.template as 'channel:stats:{id}',
      load: ({ id }) => findChannelStats(models, String(id)),
      schema: ChannelStats,
      policy: 'channel',
      tags: () => ['videos'],
    }),
  }
}
