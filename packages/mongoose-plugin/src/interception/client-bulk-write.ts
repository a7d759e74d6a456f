import { isSession } from '../transactions/session.ts'
import type { Fields } from '../writes/write-operation.ts'
import { performForeignWrite } from './foreign-write.ts'
import type { ConnectionLike } from './mongoose-like.ts'
import { type Namespace, parseNamespace } from './output-stage.ts'

const watched: unique symbol = Symbol.for('@vidnest/mongoose-plugin/client')

interface Watched {
  [watched]?: true
}

interface ClientLike extends Watched {
  bulkWrite?: (...args: unknown[]) => Promise<unknown>
}

/**
 * Wraps `bulkWrite` of the connection's client, now or as soon as there is one: it goes past all collection objects, also
 * when Mongoose's `connection.bulkWrite` calls it.
 */
export function watchClient(connection: ConnectionLike & Watched): void {
  if (connection[watched] === true) return
  Object.defineProperty(connection, watched, { value: true })
  const wrap = (): void => wrapBulkWrite(connection)
  wrap()
  connection.on?.('connected', wrap)
}

function wrapBulkWrite(connection: ConnectionLike): void {
  const client = connection.getClient?.() as ClientLike | null | undefined
  const original = client?.bulkWrite
  if (client == null || typeof original !== 'function' || client[watched] === true) return
  const value = (...args: unknown[]): Promise<unknown> => {
    const { session } = (args[1] ?? {}) as { session?: unknown }
    return performForeignWrite(connection, {
      method: 'clientBulkWrite',
      session: isSession(session) ? session : undefined,
      namespaces: namespacesOf(args[0]),
      send: () => original.apply(client, args),
    })
  }
  Object.defineProperty(client, watched, { value: true })
  Object.defineProperty(client, 'bulkWrite', { value, writable: true, configurable: true, enumerable: false })
}

function namespacesOf(models: unknown): Namespace[] {
  if (!Array.isArray(models)) return []
  return models
    .map((model: Fields | null | undefined) => parseNamespace(model?.namespace))
    .filter((namespace) => namespace !== undefined)
}
