import { InterceptedCollection } from '../interception/intercepted-collection.ts'
import type { ConnectionLike } from '../interception/mongoose-like.ts'

/** The collections of a connection that the plugin is on, by name. */
export function pluggedCollections(connection: ConnectionLike): Map<string, InterceptedCollection> {
  const plugged = new Map<string, InterceptedCollection>()
  for (const [name, collection] of Object.entries(connection.collections ?? {})) {
    const state = InterceptedCollection.known(collection as object)
    if (state !== undefined && state.registrations.length > 0) plugged.set(name, state)
  }
  return plugged
}
