import { performForeignWrite } from './foreign-write.ts'
import { type ConnectionLike, databaseName, type MongooseCollection } from './mongoose-like.ts'
import { type Namespace, outputOf } from './output-stage.ts'

const watched = Symbol.for('@vidnest/mongoose-plugin/aggregate')

type Aggregate = ((this: MongooseCollection, ...args: unknown[]) => unknown) & { [watched]?: true }

/**
 * Wraps `aggregate` for all collection objects of Mongoose, once: `$merge` and `$out` write to another collection than
 * the one that is asked, which need not have the plugin. Pipelines that only read pass untouched.
 */
export function watchOutputs(collection: MongooseCollection): void {
  const prototype = Object.getPrototypeOf(collection) as { aggregate?: Aggregate }
  const original = prototype.aggregate
  if (typeof original !== 'function' || original[watched] === true) return
  const value: Aggregate = function (...args) {
    const output = outputOf(args[0], databaseName(this.conn))
    const cursor = original.apply(this, args)
    return output === undefined ? cursor : watchCursor(this.conn, output, cursor)
  }
  value[watched] = true
  Object.defineProperty(prototype, 'aggregate', { value, writable: true, configurable: true })
}

interface OutputCursor {
  [watched]?: true
  then?: unknown
  _initialize?: (...args: unknown[]) => Promise<unknown>
}

/** Nothing is written before the cursor is read for the first time. A call that waits for the connection gives a promise of it. */
function watchCursor(conn: ConnectionLike, output: Namespace, cursor: unknown): unknown {
  if (typeof cursor !== 'object' || cursor === null) return cursor
  const own = cursor as OutputCursor
  if (typeof own.then === 'function') {
    return (cursor as Promise<unknown>).then((opened) => watchCursor(conn, output, opened))
  }
  const initialize = own._initialize
  if (typeof initialize !== 'function' || own[watched] === true) return cursor
  const value = (...args: unknown[]): Promise<unknown> =>
    performForeignWrite(conn, {
      method: 'output',
      namespaces: [output],
      send: () => initialize.apply(cursor, args),
    })
  Object.defineProperty(cursor, watched, { value: true })
  Object.defineProperty(cursor, '_initialize', { value, writable: true, configurable: true })
  return cursor
}
