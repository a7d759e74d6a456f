import type { Cache } from '@vidnest/cache-core'
import { cachePlugin } from '@vidnest/mongoose-plugin'
import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { StaleAfter } from './write-effects.ts'

/** What a video is in MongoDB. */
export interface Video {
  _id: Types.ObjectId
  owner: Types.ObjectId
  title: string
  description: string
  category: string
  tags: string[]
  videoFile: string
  thumbnail: string
  duration: number
  isPublished: boolean
  views: number
  likes: number
  dislikes: number
  /** Guards of the counter sink: which batch each count contains. */
  _counters?: Readonly<Record<string, Readonly<Record<string, number>>>>
  createdAt: Date
  updatedAt: Date
}

export type VideoModel = Model<Video>

/** Fields that are shown somewhere: whoever edits one needs to know the pages that the video was and is on. */
const shownFields = [
  'owner',
  'category',
  'isPublished',
  'title',
  'description',
  'tags',
  'videoFile',
  'thumbnail',
  'duration',
] as const satisfies readonly (keyof Video)[]

/** Compiles the model; its writes invalidate what `staleAfter` names. Counts are counters, not cached fields. */
export function videoModel(connection: Connection, cache: Cache, staleAfter: StaleAfter): VideoModel {
  const schema = new Schema<Video>(
    {
      owner: { type: Schema.Types.ObjectId, ref: 'User', required: true },
      title: { type: String, required: true, trim: true },
      description: { type: String, default: '' },
      category: { type: String, required: true },
      tags: { type: [String], default: [] },
      videoFile: { type: String, required: true },
      thumbnail: { type: String, required: true },
      duration: { type: Number, default: 0 },
      isPublished: { type: Boolean, default: false },
      views: { type: Number, default: 0 },
      likes: { type: Number, default: 0 },
      dislikes: { type: Number, default: 0 },
      _counters: { type: Schema.Types.Mixed, select: false },
    },
    { timestamps: true },
  )
  for (const sort of ['createdAt', 'views', 'duration', 'title'] as const) {
    schema.index({ isPublished: 1, [sort]: -1, _id: -1 })
    schema.index({ isPublished: 1, category: 1, [sort]: -1, _id: -1 })
  }
  schema.index({ owner: 1, isPublished: 1, createdAt: -1 })
  schema.index(
    { title: 'text', description: 'text', tags: 'text' },
    { weights: { title: 10, tags: 5, description: 1 } },
  )
  schema.plugin(cachePlugin, {
    cache,
    watch: shownFields,
    ignore: ['views', 'likes', 'dislikes'],
    images: 'guarded',
    invalidate: staleAfter,
  })
  return connection.model<Video>('Video', schema)
}
