import type { WritePlan } from '../images/plan-write.ts'
import { readDocuments, type ReadOperation, unread } from '../images/read-documents.ts'
import { idKey } from '../images/image-reader.ts'
import { deliver, type Evidence, type Sending, settled, type Written } from './sending.ts'

/** Sends a write as it came in, without reading anything for it. */
export async function sendUnread(sending: Sending): Promise<Written> {
  const { call, plan, target } = sending
  const reader = target.reader(plan.watch, call.session)
  const evidence: Evidence = { operations: unread(plan), proof: 'unread', reader }
  return settled(sending, await deliver(sending, {}, evidence), evidence)
}

/** Sends a write as it came in, after a read to which another writer's write may be news. */
export async function sendBeside(sending: Sending): Promise<Written> {
  const { call, plan, target } = sending
  const reader = target.reader(plan.watch, call.session)
  const operations = await readDocuments(plan, reader).catch(() => failed(plan))
  const evidence: Evidence = { operations, proof: 'beside', reader }
  return settled(sending, await deliver(sending, {}, evidence), evidence)
}

/** Sends a write of the caller's transaction, after a read in the same. */
export async function sendInTransaction(sending: Sending): Promise<Written> {
  const { call, plan, target } = sending
  if (!isIndependent(plan)) return sendUnread(sending)
  const reader = target.reader(plan.watch, call.session)
  const operations = await readDocuments(plan, reader).catch(() => failed(plan))
  return settled(sending, await deliver(sending, {}), { operations, proof: 'isolated', reader })
}

/** Whether no operation of a bulk can find what another has changed, so that all may be read beforehand. */
export function isIndependent({ operations }: WritePlan): boolean {
  if (operations.length === 1) return true
  const ids = new Set<string>()
  for (const { operation, concerned } of operations) {
    if (!concerned && !operation.upsert) continue
    const written = operation.op === 'insert' ? [operation.document?._id] : operation.ids
    for (const id of written ?? [undefined]) {
      if (id === undefined || ids.has(idKey(id))) return false
      ids.add(idKey(id))
    }
  }
  return true
}

function failed({ operations }: WritePlan): ReadOperation[] {
  return operations.map((planned) => ({
    ...planned,
    found: { kind: planned.reads ? 'failed' : 'skipped' },
  }))
}
