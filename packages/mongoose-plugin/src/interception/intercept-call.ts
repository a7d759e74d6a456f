import { adjustedArgs } from '../writes/adjusted-args.ts'
import { describeWrite } from '../writes/describe-write.ts'
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
  if (method === 'drop' || method === 'rename') state.target.forgetOptions()
  const finds = method.startsWith('findOneAnd')
  const sent = finds ? adjustedArgs(method, args, { options: withMetadata }) : args
  return performWrite(state, {
    call,
    send: (instead) => original.apply(state.collection, adjustedArgs(method, sent, instead)),
    answer: finds && call.options.includeResultMetadata !== true ? valueOf : undefined,
  })
}

/** The metadata tells an upsert and a document that was not found; the caller gets what it asked for. */
const withMetadata = { includeResultMetadata: true }

function valueOf(result: unknown): unknown {
  return (result as Fields | null)?.value ?? null
}
