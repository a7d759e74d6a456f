import { unknownOperation } from '../writes/describe-write.ts'
import type { SessionLike } from '../transactions/session.ts'
import type { ForeignMethod } from '../writes/write-operation.ts'
import { InterceptedCollection } from './intercepted-collection.ts'
import { type ConnectionLike, databaseName } from './mongoose-like.ts'
import type { Namespace } from './output-stage.ts'
import { performWrite } from './perform-write.ts'

/** A write that does not come by the collection objects that it changes. */
export interface ForeignWrite {
  readonly method: ForeignMethod
  readonly session?: SessionLike | undefined
  /** What it may change. */
  readonly namespaces: readonly Namespace[]
  readonly send: () => Promise<unknown>
}

/** Sends a write and tells each collection with the plugin among those that it may have changed. */
export function performForeignWrite(connection: ConnectionLike, write: ForeignWrite): Promise<unknown> {
  const call = {
    method: write.method,
    operations: [unknownOperation()],
    options: {},
    session: write.session,
    origin: { source: 'raw' as const },
  }
  let { send } = write
  for (const state of interceptedOf(connection, write.namespaces)) {
    const inner = send
    send = () => performWrite(state, { call, send: inner })
  }
  return send()
}

/** The wrapped collection objects of these names, on whichever connection of this Mongoose they are. */
function interceptedOf(
  connection: ConnectionLike,
  namespaces: readonly Namespace[],
): Set<InterceptedCollection> {
  const connections = new Set([connection, ...(connection.base?.connections ?? [])])
  for (const known of connections) for (const other of known.otherDbs ?? []) connections.add(other)
  const found = new Set<InterceptedCollection>()
  for (const { db, collection } of namespaces) {
    for (const known of connections) {
      const state = InterceptedCollection.known(known.collections?.[collection])
      if (state !== undefined && databaseName(known) === db) found.add(state)
    }
  }
  return found
}
