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
  /** Lets nothing be stored that the write may make stale while it is under way. Left out where nobody asked for it. */
  readonly guard?: SendGuard | undefined
}

/** Runs `send` under barriers for what these effects concern; `send` may have them stand on. @throws what a barrier failed for, before anything was sent. */
export type SendGuard = <Result>(
  effects: readonly Effect[],
  send: (hold: () => Promise<void>) => Promise<Result>,
) => Promise<Result>

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

/** Sends a write, and guards what by the evidence it is going to change. Inside a transaction the commit is guarded instead. */
export async function deliver(sending: Sending, instead: Instead, evidence?: Evidence): Promise<Delivery> {
  const { call, plan, guard } = sending
  if (guard === undefined || evidence === undefined) return sendOn(sending, instead)
  const attempt = { call, outcome: { kind: 'attempted' }, watch: plan.watch, ...evidence } as const
  const effects = await settleWrite(attempt).catch(() => [unknownEffect('unknown', 'all')])
  try {
    return await guard(effects, async (hold) => {
      const delivery = await sendOn(sending, instead)
      if (isPending(delivery.outcome)) await hold()
      return delivery
    })
  } catch (reason) {
    return { answer: { status: 'rejected', reason }, outcome: { kind: 'none' } }
  }
}

async function sendOn({ call, send }: Sending, instead: Instead): Promise<Delivery> {
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
  return { answer, effects, isPending: isPending(outcome) }
}

function isPending(outcome: WriteOutcome): boolean {
  return outcome.kind === 'unknown' && outcome.isPending
}
