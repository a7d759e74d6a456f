import type { InterceptedCollection } from '../interception/intercepted-collection.ts'
import { nativeCollection } from '../interception/mongoose-like.ts'
import type { Fields } from '../writes/write-operation.ts'
import type { BypassReason } from './explanation.ts'
import type { ReadCall } from './read-call.ts'
import { isVolatile } from './volatile.ts'

/** Why a read must go to MongoDB, as far as its call tells. */
export function bypassReason(state: InterceptedCollection, read: ReadCall): BypassReason | undefined {
  const { options } = read
  if (state.isWaiting || state.collection.conn.db === undefined) return 'connecting'
  const ofSession = sessionReason(options.session)
  if (ofSession !== undefined) return ofSession
  const native = nativeCollection(state.collection)
  if (modeOf(options.readPreference ?? native.readPreference) !== 'primary') return 'secondary'
  if (options.explain !== undefined && options.explain !== false) return 'explain'
  if (options.tailable === true || options.cursor !== undefined) return 'tailable'
  const { raw, fieldsAsRaw } = { ...native.bsonOptions, ...options } as Fields
  if (raw === true || (fieldsAsRaw !== undefined && Object.keys(fieldsAsRaw as Fields).length > 0))
    return 'raw'
  if (options.allowPartialResults === true) return 'partial'
  if ([read.filter, options.projection, options.let, read.pipeline].some(isVolatile)) return 'volatile'
  return undefined
}

function sessionReason(session: unknown): BypassReason | undefined {
  const { inTransaction, snapshotEnabled } = (session ?? {}) as {
    inTransaction?: () => boolean
    snapshotEnabled?: boolean
  }
  if (snapshotEnabled === true) return 'snapshot'
  return typeof inTransaction === 'function' && inTransaction.call(session) ? 'transaction' : undefined
}

function modeOf(readPreference: unknown): unknown {
  if (readPreference === undefined || readPreference === null) return 'primary'
  if (typeof readPreference === 'string') return readPreference
  const { mode, preference } = readPreference as { mode?: unknown; preference?: unknown }
  return mode ?? preference
}
