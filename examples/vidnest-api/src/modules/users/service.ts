import { WriteInvalidationError } from '@vidnest/mongoose-plugin'
import type { UpdateWriteOpResult } from 'mongoose'
import type { Context } from '../../context.ts'
import { ApiError } from '../../http/errors.ts'
import { hashPassword, passwordMatches } from './passwords.ts'
import { profileFields, type ProfileRow, toProfile } from './queries.ts'
import type { ChannelStats, Profile } from './schema.ts'

/** What a user sees of themselves. */
export type Me = Profile & { readonly email: string; readonly role: string }

export async function register(
  { models }: Context,
  user: {
    readonly username: string
    readonly email: string
    readonly fullName: string
    readonly password: string
  },
): Promise<Me> {
  const { password, ...fields } = user
  try {
    const created = await models.User.create({ ...fields, passwordHash: await hashPassword(password) })
    return { ...toProfile(created), email: created.email, role: created.role }
  } catch (error) {
    throw duplicateOf(error) ?? error
  }
}

/** A user whose password was checked, and which one it was. */
export interface CheckedUser {
  readonly userId: string
  readonly passwordHash: string
}

/** The user of these credentials. @throws {ApiError} 401, the same for a wrong name and a wrong password. */
export async function authenticate(
  { models }: Context,
  login: {
    readonly email?: string | undefined
    readonly username?: string | undefined
    readonly password: string
  },
): Promise<CheckedUser> {
  const filter = login.email === undefined ? { username: login.username ?? '' } : { email: login.email }
  const user = await models.User.findOne(filter)
    .select('+passwordHash')
    .lean<{ _id: unknown; passwordHash: string }>()
  if (!(await passwordMatches(user?.passwordHash, login.password)) || user === null) {
    throw new ApiError(401, 'Invalid user credentials')
  }
  return { userId: String(user._id), passwordHash: user.passwordHash }
}

/** The own profile; the address is read from MongoDB, because it is never cached. */
export async function showMe({ users, models }: Context, userId: string): Promise<Me> {
  const [profile, own] = await Promise.all([
    users.profile.getOrSet({ id: userId }),
    models.User.findById(userId, { email: 1, role: 1 }).lean<{ email: string; role: string }>(),
  ])
  if (profile === null || own === null) throw new ApiError(404, 'User does not exist')
  return { ...profile, email: own.email, role: own.role }
}

/** Changes the own profile and writes it through to the cache. */
export async function editMe(
  { users, models }: Context,
  userId: string,
  change: Readonly<Record<string, string>>,
): Promise<Profile> {
  const profile = await users.profile.writeThrough({ id: userId }, async () => {
    const row = await models.User.findByIdAndUpdate(
      userId,
      { $set: change },
      { returnDocument: 'after', runValidators: true, projection: profileFields },
    )
      .lean<ProfileRow>()
      .catch((error: unknown) => {
        throw duplicateOf(error) ?? error
      })
    return row === null ? null : toProfile(row)
  })
  if (profile === null) throw new ApiError(404, 'User does not exist')
  return profile
}

/**
 * Changes the password. All sessions end before it is written, so that a failure at any point leaves none that is older.
 * @throws {ApiError} 400 for a wrong old password; {SessionError} 503, and nothing is written
 */
export async function changePassword(
  { models, sessions }: Context,
  userId: string,
  passwords: { readonly oldPassword: string; readonly newPassword: string },
): Promise<CheckedUser> {
  const user = await models.User.findById(userId).select('+passwordHash').lean<{ passwordHash: string }>()
  if (user === null || !(await passwordMatches(user.passwordHash, passwords.oldPassword)))
    throw wrongOldPassword()
  const passwordHash = await hashPassword(passwords.newPassword)
  const { matchedCount } = await sessions.guard(userId, () =>
    // Of two changes at once, the second no longer finds the password that it knows.
    models.User.updateOne({ _id: userId, passwordHash: user.passwordHash }, { $set: { passwordHash } }).catch(
      resultOf,
    ),
  )
  if (matchedCount === 0) throw wrongOldPassword()
  return { userId, passwordHash }
}

/** The result of a write that could not end sessions by itself: the guard around it does. */
function resultOf(error: unknown): UpdateWriteOpResult {
  if (error instanceof WriteInvalidationError) return error.result as UpdateWriteOpResult
  throw error
}

function wrongOldPassword(): ApiError {
  return new ApiError(400, 'Invalid old password', [{ field: 'oldPassword', message: 'is wrong' }])
}

/** A channel as everybody sees it. */
export type Channel = Profile & ChannelStats

export async function showChannel({ users }: Context, username: string): Promise<Channel> {
  const id = await users.byName.getOrSet({ username })
  const profile = id === null ? null : await users.profile.getOrSet({ id })
  if (id === null || profile === null) throw new ApiError(404, 'Channel does not exist')
  const [stats, subscribersCount] = await Promise.all([
    users.channelStats.getOrSet({ id }),
    users.subscribers.get({ id }),
  ])
  return { ...profile, ...stats, subscribersCount }
}

/** The error of a unique index as an answer. */
function duplicateOf(error: unknown): ApiError | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 11_000) return undefined
  const pattern = 'keyPattern' in error ? (error.keyPattern as Record<string, unknown>) : {}
  const field = Object.keys(pattern)[0] ?? 'username'
  return new ApiError(409, 'User with email or username already exists', [{ field, message: 'is taken' }])
}
