import { asSeenWrite } from './seen-writes.ts'
import type { Effect } from '../changes/effect.ts'
import { planWrite } from '../images/plan-write.ts'
import {
  guardChanges,
  invalidateChanges,
  type RegistrationChanges,
} from '../invalidation/invalidate-changes.ts'
import { registrationChanges } from '../invalidation/registration-changes.ts'
import type { Registration } from '../registration.ts'
import { sendWrite } from '../sending/send-write.ts'
import type { SendGuard } from '../sending/sending.ts'
import { CommitQueue } from '../transactions/commit-queue.ts'
import type { Instead } from '../writes/adjusted-args.ts'
import type { WriteCall } from '../writes/write-operation.ts'
import type { InterceptedCollection } from './intercepted-collection.ts'
import { databaseOf } from './mongoose-like.ts'

/** A write that is to be sent. */
export interface PendingWrite {
  readonly call: WriteCall
  readonly send: (instead: Instead) => unknown
  /** What the caller gets of the driver's result. @defaultValue all of it */
  readonly answer?: ((result: unknown) => unknown) | undefined
}

/** Sends a write and, after it, invalidates what depended on it (or leaves that to the commit of its transaction). */
export async function performWrite(state: InterceptedCollection, write: PendingWrite): Promise<unknown> {
  const { call, answer: answerOf = (result: unknown) => result } = write
  const send: PendingWrite['send'] = (instead) => asSeenWrite(() => write.send(instead))
  const { registrations, target } = state
  if (!mayMatter(call, registrations)) return answerOf(await send({}))
  const session = call.session?.inTransaction() === true ? call.session : undefined
  const plan = planWrite(call, registrations)
  const guard = plan.isStrict && session === undefined ? guardOf(state, call) : undefined
  const { answer, effects, isPending } = await sendWrite({ call, plan, target, send, guard })
  if (answer.status === 'rejected') {
    await afterWrite(state, { call, effects, isPending, session }, undefined).catch(() => {})
    throw answer.reason
  }
  const result = answerOf(answer.value)
  await afterWrite(state, { call, effects, isPending, session }, result)
  return result
}

function mayMatter(call: WriteCall, registrations: readonly Registration[]): boolean {
  return call.operations.some(
    (operation) => operation.upsert || registrations.some((registration) => registration.concerns(operation)),
  )
}

interface DoneWrite {
  readonly call: WriteCall
  readonly effects: readonly Effect[]
  readonly isPending: boolean
  /** The session of the caller's transaction. */
  readonly session: WriteCall['session']
}

function guardOf(state: InterceptedCollection, call: WriteCall): SendGuard {
  const registrations = state.registrations.filter((registration) => registration.isStrict)
  return async (effects, send) => {
    const invalidation = await guardChanges(changesOf(state, call, { effects, registrations }))
    return invalidation.guard(send)
  }
}

interface Told {
  readonly effects: readonly Effect[]
  readonly registrations: readonly Registration[]
}

function changesOf(
  state: InterceptedCollection,
  { origin }: WriteCall,
  { effects, registrations }: Told,
): RegistrationChanges[] {
  const place = {
    ...origin,
    db: databaseOf(state.collection),
    collection: state.collection.collectionName,
  }
  const tags = state.tags(place.db)
  return registrations.map((registration) => registrationChanges(effects, registration, { place, tags }))
}

async function afterWrite(
  state: InterceptedCollection,
  { call, effects, isPending, session }: DoneWrite,
  result: unknown,
): Promise<void> {
  if (effects.length === 0) return
  const changes = changesOf(state, call, { effects, registrations: state.registrations })
  const invalidation = await invalidateChanges(changes, result)
  if (session?.inTransaction() === true) CommitQueue.of(session).addInvalidation(invalidation)
  else await invalidation.run({ isPending })
}
