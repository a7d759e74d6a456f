import { describeWrite, optionsIndex } from '../writes/describe-write.ts'
import type { Fields, WriteMethod, WriteOrigin } from '../writes/write-operation.ts'
import type { InterceptedCollection } from './intercepted-collection.ts'
import { performWrite } from './perform-write.ts'

/** A call of a write method as it came in. */
export interface IncomingCall {
  readonly method: WriteMethod
  readonly args: readonly unknown[]
  readonly origin: WriteOrigin
}

/**
 * Sends a call on, and invalidates what depended on it before its promise resolves. A call that has to wait for the
 * connection is queued by Mongoose and comes by again: it passes the first time.
 */
export function interceptCall(state: InterceptedCollection, { method, args, origin }: IncomingCall): unknown {
  const original = state.original(method)
  if (state.isWaiting) {
    state.rememberOrigin(args, origin)
    return original.apply(state.collection, [...args])
  }
  const callback = args.at(-1)
  if (typeof callback !== 'function') return run(state, { method, args, origin })
  return callBack(run(state, { method, args: args.slice(0, -1), origin }), callback as NodeCallback)
}

type NodeCallback = (error: unknown, result?: unknown) => void

/** The form in which Mongoose 8 replays a call that waited for the connection. */
async function callBack(write: Promise<unknown>, callback: NodeCallback): Promise<unknown> {
  let result: unknown
  try {
    result = await write
  } catch (error) {
    callback(error)
    return undefined
  }
  callback(null, result)
  return result
}

function run(state: InterceptedCollection, { method, args, origin }: IncomingCall): Promise<unknown> {
  const original = state.original(method)
  const call = describeWrite(method, args, origin)
  if (!method.startsWith('findOneAnd')) {
    return performWrite(state, { call, send: () => original.apply(state.collection, [...args]) })
  }
  const sent = withMetadata(args, optionsIndex(method))
  return performWrite(state, {
    call,
    send: () => original.apply(state.collection, sent),
    answer: call.options.includeResultMetadata === true ? undefined : valueOf,
  })
}

/** Asks for the metadata, which tells an upsert and a document that was not found; the caller gets what it asked for. */
function withMetadata(args: readonly unknown[], index: number): unknown[] {
  const sent = [...args]
  while (sent.length <= index) sent.push(undefined)
  sent[index] = { ...(sent[index] as object | undefined), includeResultMetadata: true }
  return sent
}

function valueOf(result: unknown): unknown {
  return (result as Fields | null)?.value ?? null
}
