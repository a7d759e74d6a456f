import {
  boundRedis,
  type Cache,
  CacheConfigError,
  finiteDurationToMs,
  systemClock,
} from '@vidnest/cache-core'

import type { ConnectionLike } from '../interception/mongoose-like.ts'
import { warn } from '../invalidation/invalidation.ts'
import { Leadership } from '../stream/leadership.ts'
import { eventPipeline } from '../stream/stream-event.ts'
import { StreamFollower } from '../stream/stream-follower.ts'
import { StreamInvalidation } from '../stream/stream-invalidation.ts'
import type { WatchableDatabase } from './attachable-connection.ts'
import type { ChangeStreamOptions } from './options.ts'

/** The wire version of MongoDB 6.0, the first whose change events carry images of where they are kept. */
const imagesSince = 17
const timeout = '5s'

/** What is attached to. */
export interface StreamPlace {
  readonly connection: ConnectionLike
  readonly db: WatchableDatabase
  readonly cache: Cache
}

/** @throws {CacheConfigError} on a server without change streams. */
export async function followChanges(
  { connection, db, cache }: StreamPlace,
  options: ChangeStreamOptions,
): Promise<StreamFollower> {
  const { redis, name = 'default', lease = '10s', clock = systemClock, onGap, onError } = options
  const hello = await db.command({ hello: 1 })
  if (hello.setName === undefined && hello.msg !== 'isdbgrid') {
    const problem = 'change streams need a replica set or a sharded cluster, and this server is neither'
    throw new CacheConfigError('changeStream', problem)
  }
  const images = Number(hello.maxWireVersion) >= imagesSince
  const leaseMs = finiteDurationToMs(lease, 'changeStream.lease')
  const key = `${cache.namespace}:~stream:${db.databaseName}:${name}`
  const invalidation = new StreamInvalidation(connection, cache)
  const follower = new StreamFollower({
    leadership: new Leadership(boundRedis(redis, { timeout, clock }), key, leaseMs),
    invalidation,
    watch: (after) =>
      db.watch(eventPipeline(invalidation.collections, invalidation.watch), {
        ...(images && { fullDocument: 'whenAvailable', fullDocumentBeforeChange: 'whenAvailable' }),
        ...(after !== undefined && { startAfter: after }),
      }),
    clock,
    everyMs: Math.floor(leaseMs / 3),
    onGap: (gap) => onGap?.(gap),
    onError: (error) => {
      if (onError === undefined) warn('following the change stream failed', error)
      else onError(error)
    },
  })
  await follower.settled
  return follower
}
