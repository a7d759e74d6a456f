import mongoose from 'mongoose'
import { vi } from 'vitest'

import {
  attachConnection,
  type Attachment,
  type ChangeStreamOptions,
  type StreamGap,
} from '../../src/index.ts'
import { mongoUri } from './servers.ts'
import { openVideoWorld, type VideoWorld, type WorldOptions } from './video-world.ts'

/** A video platform that follows the change stream, and a bare driver that writes beside it. */
export interface StreamWorld extends VideoWorld {
  readonly foreign: mongoose.mongo.Db
  readonly gaps: StreamGap[]
  readonly errors: unknown[]
  readonly attachments: Attachment[]
  attach(options?: Partial<ChangeStreamOptions>): Promise<Attachment>
  /** Waits until the video is told as it is. */
  settles(id: unknown, title: string | null): Promise<void>
}

export async function openStreamWorld(options: WorldOptions = {}): Promise<StreamWorld> {
  const world = await openVideoWorld(options)
  const client = await mongoose.mongo.MongoClient.connect(mongoUri())
  const gaps: StreamGap[] = []
  const errors: unknown[] = []
  const attachments: Attachment[] = []
  const attach: StreamWorld['attach'] = async (changes = {}) => {
    const attachment = await attachConnection(world.connection, {
      cache: world.cache,
      changeStream: {
        redis: world.redis,
        lease: '900ms',
        onGap: (gap) => gaps.push(gap),
        onError: (error) => errors.push(error),
        ...changes,
      },
    })
    attachments.push(attachment)
    return attachment
  }
  return {
    ...world,
    foreign: client.db(world.connection.name),
    gaps,
    errors,
    attachments,
    attach,
    settles: (id, title) =>
      vi.waitFor(
        async () => {
          const told = await world.video(id)
          if (!(told === null ? title === null : told.includes(String(title))))
            throw new Error(`still ${String(told)}`)
        },
        { timeout: 20_000, interval: 20 },
      ),
    async close() {
      for (const attachment of attachments) await attachment.close()
      await client.close()
      await world.close()
    },
  }
}
