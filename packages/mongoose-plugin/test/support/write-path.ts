import type mongoose from 'mongoose'

import type { VideoFields, VideoWorld } from './video-world.ts'

/** A video of category A, the one that most write paths change. */
export type TargetVideo = mongoose.HydratedDocument<VideoFields>

/** One way to write. A write that rejects by design catches its own error. */
export interface WritePath {
  readonly name: string
  /** Whether it cannot be part of a transaction that Mongoose finds in its async storage. */
  readonly outsideTransactions?: boolean
  write(world: VideoWorld, video: TargetVideo): Promise<unknown>
}

/** A new object each time: Mongoose changes the updates that it is given. */
export const toB = (): { category: string } => ({ category: 'B' })
