import { CacheConfigError } from '@vidnest/cache-core'

import type { ConnectionLike } from '../interception/mongoose-like.ts'
import type { AttachableConnection, CommandSource, WatchableDatabase } from './attachable-connection.ts'
import { watchCommands } from './command-monitor.ts'
import { followChanges } from './follow-changes.ts'
import { type AttachOptions, checkAttachOptions } from './options.ts'

/** What {@link attachConnection} added to a connection. */
export interface Attachment {
  /** Stops what was started, and lets the next process follow the stream at once. Safe to call twice. */
  close(): Promise<void>
}

/**
 * The second net, for writes that the plugin cannot see: those of other programs, TTL indexes and handles of the driver.
 * Attach after the models are compiled, and close before the cache; closing the connection ends it too.
 * @returns once the change stream is open, or another process follows it: later writes from anywhere are seen.
 * @example `await attachConnection(mongoose.connection, { cache, changeStream: { redis } })`
 * @throws {CacheConfigError} for a wrong option, a connection that is not open, or a server without change streams.
 */
export async function attachConnection(
  connection: AttachableConnection,
  options: AttachOptions,
): Promise<Attachment> {
  checkAttachOptions(options)
  await connection.asPromise()
  if (connection.db === undefined) throw new CacheConfigError('connection', 'must be opened first')
  const { cache, changeStream, monitor } = options
  const plugged = connection as ConnectionLike
  const db = connection.db as WatchableDatabase
  const follower = changeStream && (await followChanges({ connection: plugged, db, cache }, changeStream))
  const stopMonitor = monitor && watchCommands(connection.getClient() as CommandSource, plugged)
  const close = async (): Promise<void> => {
    connection.off('close', onClose)
    stopMonitor?.()
    await follower?.close()
  }
  const onClose = (): void => void close()
  connection.once('close', onClose)
  return { close }
}
