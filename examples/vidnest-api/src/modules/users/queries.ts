import { Types } from 'mongoose'
import type { Models } from '../../models/models.ts'
import type { User } from '../../models/user.ts'
import type { ChannelStats, Profile } from './schema.ts'

/** The fields of a public profile; nothing else of a user is ever cached. */
export const profileFields = { username: 1, fullName: 1, avatar: 1, coverImage: 1, createdAt: 1 } as const

export type ProfileRow = Pick<User, '_id' | 'username' | 'fullName' | 'avatar' | 'coverImage' | 'createdAt'>

export function toProfile(row: ProfileRow): Profile {
  return {
    id: String(row._id),
    username: row.username,
    fullName: row.fullName,
    avatar: row.avatar,
    coverImage: row.coverImage,
    createdAt: row.createdAt.toISOString(),
  }
}

export async function findProfile(models: Models, id: string): Promise<Profile | null> {
  const row = await models.User.findById(id, profileFields).lean<ProfileRow>()
  return row === null ? null : toProfile(row)
}

export async function findIdByName(models: Models, username: string): Promise<string | null> {
  const row = await models.User.findOne({ username }, { _id: 1 }).lean<{ _id: Types.ObjectId }>()
  return row === null ? null : String(row._id)
}

export async function findChannelStats(models: Models, id: string): Promise<ChannelStats> {
  const channel = new Types.ObjectId(id)
  const [subscribersCount, subscribedToCount, totals] = await Promise.all([
    models.Subscription.countDocuments({ channel }),
    models.Subscription.countDocuments({ subscriber: channel }),
    models.Video.aggregate<{ videoCount: number; totalViews: number }>([
      { $match: { owner: channel, isPublished: true } },
      { $group: { _id: null, videoCount: { $sum: 1 }, totalViews: { $sum: '$views' } } },
    ]),
  ])
  const { videoCount = 0, totalViews = 0 } = totals[0] ?? {}
  return { subscribersCount, subscribedToCount, videoCount, totalViews }
}
