import { cachePlugin } from '@vidnest/mongoose-plugin'
import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { Cache } from '@vidnest/cache-core'
import type { WriteEffects } from './write-effects.ts'

/** What a user is in MongoDB. */
export interface User {
  _id: Types.ObjectId
  username: string
  email: string
  fullName: string
  avatar: string
  coverImage: string
  passwordHash: string
  role: 'viewer' | 'creator' | 'admin'
  subscribersCount: number
  createdAt: Date
  updatedAt: Date
}

export type UserModel = Model<User>

/**
 * What a session vouches for: whose role or password is written, by whichever way, has to sign in again. In a transaction
 * sessions would end with the write, before the commit; no user is written in one.
 */
const vouchedFor = ['role', 'passwordHash']
/** Users of one write that are known one by one; a write to more of them cannot end their sessions, and says so. */
const mostUsersAtOnce = 10_000

/** Compiles the model; its writes invalidate what `effects.user` names, and end sessions. */
export function userModel(connection: Connection, cache: Cache, effects: WriteEffects): UserModel {
  const schema = new Schema<User>(
    {
      username: { type: String, required: true, unique: true, lowercase: true, trim: true },
      email: { type: String, required: true, unique: true, lowercase: true, trim: true },
      fullName: { type: String, required: true, trim: true },
      avatar: { type: String, default: '' },
      coverImage: { type: String, default: '' },
      passwordHash: { type: String, required: true, select: false },
      role: { type: String, enum: ['viewer', 'creator', 'admin'], default: 'viewer' },
      subscribersCount: { type: Number, default: 0 },
    },
    { timestamps: true },
  )
  schema.plugin(cachePlugin, {
    cache,
    watch: ['username'],
    ignore: ['passwordHash', 'email', 'subscribersCount'],
    images: 'guarded',
    invalidate: effects.user,
  })
  schema.plugin(cachePlugin, {
    cache,
    ignore: Object.keys(schema.paths).filter((path) => !vouchedFor.includes(path)),
    bulk: { maxIds: mostUsersAtOnce },
    invalidate: async (change) => {
      await effects.endSessions(change)
      return []
    },
    onError: 'throw',
  })
  return connection.model<User>('User', schema)
}
