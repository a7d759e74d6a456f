import { buildChanges } from '../changes/build-changes.ts'
import { unknownEffect } from '../changes/effect.ts'
import { type SentWrite, settleWrite } from '../changes/settle-write.ts'
import { ImageReader } from '../images/image-reader.ts'
import { planWrite } from '../images/plan-write.ts'
import { invalidateChanges } from '../invalidation/invalidate-changes.ts'
import type { Invalidation } from '../invalidation/invalidation.ts'
import type { Registration } from '../registration.ts'
import { CommitQueue } from '../transactions/commit-queue.ts'
import { outcomeOfError, outcomeOfResult } from '../writes/outcome.ts'
import type { WriteCall } from '../writes/write-operation.ts'
import type { InterceptedCollection } from './intercepted-collection.ts'
import { nativeCollection } from './mongoose-like.ts'

/** A write that is to be sent. */
export interface PendingWrite {
  readonly call: WriteCall
  readonly send: () => unknown
  /** What the caller gets of the driver's result. @defaultValue all of it */
  readonly answer?: ((result: unknown) => unknown) | undefined
}

/** Sends a write and, after it, invalidates what depended on it (or leaves that to the commit of its transaction). */
export async function performWrite(state: InterceptedCollection, write: PendingWrite): Promise<unknown> {
  const { call, send, answer = (result: unknown) => result } = write
  const { registrations } = state
  if (!mayMatter(call, registrations)) return answer(await send())
  const inTransaction = call.session?.inTransaction() === true
  const watch = [...new Set(registrations.flatMap((registration) => registration.watch))]
  const readsImages = registrations.some((registration) => registration.images === 'read')
  const reader = (): ImageReader =>
    new ImageReader(() => nativeCollection(state.collection), watch, call.session)
  const plans = await planWrite(call, registrations, reader)
  const sent = { call, plans, watch, readsImages, inTransaction, reader }

  let result: unknown
  try {
    result = await send()
  } catch (error) {
    const failed = { ...sent, outcome: outcomeOfError(call, error) }
    await afterWrite(state, failed, undefined).catch(() => {})
    throw error
  }
  const answered = answer(result)
  await afterWrite(state, { ...sent, outcome: outcomeOfResult(call, result) }, answered)
  return answered
}

function mayMatter(call: WriteCall, registrations: readonly Registration[]): boolean {
  return call.operations.some(
    (operation) => operation.upsert || registrations.some((registration) => registration.concerns(operation)),
  )
}

async function afterWrite(state: InterceptedCollection, sent: SentWrite, result: unknown): Promise<void> {
  const { call, outcome, inTransaction } = sent
  if (outcome.kind === 'none') return
  const effects = await settleWrite(sent).catch(() => [unknownEffect('unknown', 'all')])
  const { conn, collectionName } = state.collection
  const place = { ...call.origin, db: conn.db?.databaseName ?? conn.name ?? '', collection: collectionName }
  const changes = state.registrations.map((registration) => ({
    registration,
    changes: buildChanges(effects, registration, place),
  }))
  const invalidation = await invalidateChanges(changes, result)
  await runOrLeaveToCommit(invalidation, inTransaction ? call.session : undefined)
}

async function runOrLeaveToCommit(invalidation: Invalidation, session: WriteCall['session']): Promise<void> {
  if (session?.inTransaction() === true) {
    CommitQueue.of(session).addInvalidation(invalidation)
    return
  }
  await invalidation.run()
}
