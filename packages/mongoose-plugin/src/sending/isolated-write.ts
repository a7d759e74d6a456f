import { readDocuments } from '../images/read-documents.ts'
import { hasLabel, mayStillCommit, type OwnSession } from '../transactions/session.ts'
import { isIndependent } from './plain-write.ts'
import { deliver, type Evidence, type Sending, settled, type Written } from './sending.ts'

/** How often a transaction is begun before the write is sent without one. */
const maxTries = 3

/** Code of the error of a server that is alone and has no transactions. */
const illegalOperation = 20

/**
 * Reads and writes in a transaction of the plugin's own, which fails when another writer comes between, and is then
 * begun again. `undefined` when that was not possible and nothing was written: whatever the write is refused for, it is
 * refused for again outside.
 */
export async function sendIsolated(sending: Sending): Promise<Written | undefined> {
  const { call, plan, target } = sending
  if (call.session !== undefined || !target.acknowledges(call) || !isIndependent(plan)) return undefined
  for (let tries = 0; tries < maxTries; tries += 1) {
    const session = await target.startSession()
    if (session === undefined) return undefined
    try {
      const written = await tryIsolated(sending, session)
      if (written !== 'lost') return written
    } finally {
      await session.endSession()
    }
  }
  return undefined
}

async function tryIsolated(sending: Sending, session: OwnSession): Promise<Written | 'lost' | undefined> {
  try {
    const evidence = await writeIn(sending, session)
    if (evidence === undefined) await session.abortTransaction()
    return evidence && (await commit(sending, session, evidence))
  } catch (error) {
    await session.abortTransaction().catch(() => {})
    if (hasLabel(error, 'TransientTransactionError')) return 'lost'
    if ((error as { code?: unknown } | null)?.code === illegalOperation) sending.target.forgoTransactions()
    return undefined
  }
}

interface WrittenInside extends Evidence {
  readonly written: Written
}

async function writeIn(sending: Sending, session: OwnSession): Promise<WrittenInside | undefined> {
  const { call, plan, target } = sending
  const { writeConcern } = call.options
  session.startTransaction({
    readPreference: 'primary',
    readConcern: { level: 'snapshot' },
    ...(writeConcern !== undefined && { writeConcern }),
  })
  const reader = target.reader(plan.watch, session)
  const operations = await readDocuments(plan, reader)
  if (operations.some(({ reads, found }) => reads && found.kind !== 'read')) return undefined
  const delivery = await deliver(sending, { options: { session } })
  if (delivery.answer.status === 'rejected') throw delivery.answer.reason
  const evidence: Evidence = { operations, proof: 'isolated', reader }
  return { ...evidence, written: await settled(sending, delivery, evidence) }
}

/** An outcome that stays unknown is the caller's: the write may have taken effect, and must not be sent again. */
async function commit(sending: Sending, session: OwnSession, inside: WrittenInside): Promise<Written> {
  const { guard } = sending
  if (guard === undefined) return commitNow(sending, { session, inside })
  return guard(inside.written.effects, (hold) => commitNow(sending, { session, inside, hold }))
}

interface Commit {
  readonly session: OwnSession
  readonly inside: WrittenInside
  readonly hold?: () => Promise<void>
}

async function commitNow(sending: Sending, { session, inside, hold }: Commit): Promise<Written> {
  try {
    await session.commitTransaction()
    return inside.written
  } catch (reason) {
    if (hasLabel(reason, 'TransientTransactionError')) throw reason
    const outcome = { kind: 'unknown', isPending: mayStillCommit(reason) } as const
    if (outcome.isPending) await hold?.()
    return settled(sending, { answer: { status: 'rejected', reason }, outcome }, inside)
  }
}
