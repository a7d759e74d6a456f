import type { DatabaseLike } from '../interception/mongoose-like.ts'
import type { NativeStream } from '../stream/event-reader.ts'
import type { Fields } from '../writes/write-operation.ts'

/** What is used of the driver's database to follow its changes. */
export interface WatchableDatabase extends DatabaseLike {
  watch(pipeline: Fields[], options: Fields): NativeStream
  command(command: Fields): Promise<Fields>
}

/** What is used of the driver's client to see its commands. */
export interface CommandSource {
  readonly options?: { readonly monitorCommands?: unknown }
  on(event: 'commandStarted', listener: (event: unknown) => void): unknown
  off(event: 'commandStarted', listener: (event: unknown) => void): unknown
}

/** What {@link attachConnection} uses of a Mongoose connection, of both majors. */
export interface AttachableConnection {
  readonly db?: object | undefined
  readonly collections: object
  asPromise(): Promise<unknown>
  getClient(): object
  once(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}
