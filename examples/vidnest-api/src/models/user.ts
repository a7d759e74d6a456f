import { cachePlugin } from '@vidnest/mongoose-plugin'
import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { Cache } from '@vidnest/cache-core'
import type { StaleAfter } from './stale-after.ts'

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

/** Compiles the model; its writes invalidate what `staleAfter` names. */
export function userModel(connection: Connection, cache: Cache, staleAfter: StaleAfter): UserModel {
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
    invalidate: staleAfter,
  })
  return connection.model<User>('User', schema)
}
