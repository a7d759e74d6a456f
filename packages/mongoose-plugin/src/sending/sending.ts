import type { Effect } from '../changes/effect.ts'
import { unknownEffect } from '../changes/effect.ts'
import type { Proof } from '../changes/sent-write.ts'
import { settleWrite } from '../changes/settle-write.ts'
import type { ImageReader } from '../images/image-reader.ts'
import type { WritePlan } from '../images/plan-write.ts'
import type { ReadOperation } from '../images/read-documents.ts'
import type { OwnSession, SessionLike } from '../transactions/session.ts'
import type { Instead } from '../writes/adjusted-args.ts'
import { outcomeOfError, outcomeOfResult, type WriteOutcome } from '../writes/outcome.ts'
import type { WriteCall } from '../writes/write-operation.ts'

/** What the ways of sending a write ask of its collection. */
export interface WriteTarget {
  /** Whether its comparisons follow a collation, so that equal does not mean the same. */
  isCollated(): Promise<boolean>
  /** Whether the driver waits for the server's answer. */
  acknowledges(call: WriteCall): boolean
  /** A session for a transaction of the plugin's own; none where the server has no transactions. */
  startSession(): Promise<OwnSession | undefined>
  /** Notes that the server has no transactions. */
  forgoTransactions(): void
  reader(watch: readonly string[], session: SessionLike | undefined): ImageReader
}

/** A write that is to be sent. */
export interface Sending {
  readonly call: WriteCall
  readonly plan: WritePlan
  readonly target: WriteTarget
  /** Sends it to the driver, as it came in but for what is given instead. */
  readonly send: (instead: Instead) => unknown
}

/** What the driver answered. */
export interface Delivery {
  readonly answer: PromiseSettledResult<unknown>
  readonly outcome: WriteOutcome
}

/** What the driver answered, and what the write changed. */
export interface Written {
  readonly answer: PromiseSettledResult<unknown>
  readonly effects: readonly Effect[]
  /** Whether it may take effect later. */
  readonly isPending: boolean
}

export async function deliver({ call, send }: Sending, instead: Instead = {}): Promise<Delivery> {
  try {
    const value = await send(instead)
    return { answer: { status: 'fulfilled', value }, outcome: outcomeOfResult(call, value) }
  } catch (reason) {
    return { answer: { status: 'rejected', reason }, outcome: outcomeOfError(call, reason) }
  }
}

/** What was read for a write, and why to believe it. */
export interface Evidence {
  readonly operations: readonly ReadOperation[]
  readonly proof: Proof
  readonly reader: ImageReader
}

export async function settled(
  { call, plan: { watch } }: Sending,
  { answer, outcome }: Delivery,
  evidence: Evidence,
): Promise<Written> {
  const effects = await settleWrite({ call, outcome, watch, ...evidence }).catch(() => [
    unknownEffect('unknown', 'all'),
  ])
  return { answer, effects, isPending: outcome.kind === 'unknown' && outcome.isPending }
}
