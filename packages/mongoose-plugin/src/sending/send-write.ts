import { sendGuarded } from './guarded-write.ts'
import { sendIsolated } from './isolated-write.ts'
import { sendBeside, sendInTransaction, sendUnread } from './plain-write.ts'
import type { Sending, Written } from './sending.ts'

/** Sends a write in the way that its registrations ask for. */
export async function sendWrite(sending: Sending): Promise<Written> {
  const { call, plan } = sending
  if (plan.images === 'off') return sendUnread(sending)
  if (call.session?.inTransaction() === true) return sendInTransaction(sending)
  if (plan.images === 'read') return sendBeside(sending)
  const isolates = plan.images === 'transaction'
  // An upsert may insert, and what it inserted is to be read.
  const reads = plan.operations.some((planned) => planned.reads || (isolates && planned.operation.upsert))
  if (!reads) return sendUnread(sending)
  return (isolates ? await sendIsolated(sending) : undefined) ?? (await sendGuarded(sending))
}
