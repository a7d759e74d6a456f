import { isSession } from '../transactions/session.ts'
import { unknownOperation } from '../writes/describe-write.ts'
import type { Fields, WriteCall } from '../writes/write-operation.ts'
import type { InterceptedCollection } from './intercepted-collection.ts'
import { performWrite } from './perform-write.ts'

/**
 * Wraps `execute` of a bulk builder. The builder keeps its operations to itself, so that its change is of an unknown
 * extent. While the connection is not open Mongoose gives a promise of the builder.
 */
export function interceptBulkBuilder(state: InterceptedCollection, builder: unknown): unknown {
  if (typeof builder !== 'object' || builder === null) return builder
  const { then, execute } = builder as { then?: unknown; execute?: unknown }
  if (typeof then === 'function') {
    return (builder as Promise<unknown>).then((opened) => interceptBulkBuilder(state, opened))
  }
  if (typeof execute !== 'function') return builder
  const intercepted = (options?: Fields): Promise<unknown> => {
    const session = options?.session ?? sessionOf(builder)
    const call: WriteCall = {
      method: 'bulkBuilder',
      operations: [unknownOperation()],
      options: options ?? {},
      session: isSession(session) ? session : undefined,
      origin: { source: 'raw' },
    }
    return performWrite(state, { call, send: () => execute.call(builder, options) })
  }
  Object.defineProperty(builder, 'execute', { value: intercepted, writable: true, configurable: true })
  return builder
}

/** The session that was given when the builder was made. */
function sessionOf(builder: object): unknown {
  const { s } = builder as { s?: { options?: Fields } }
  return s?.options?.session
}
