import type { EpochGuard } from './epoch-guard.ts'
import type { AcquireResult } from '../store/entry-store.ts'
import type { ServerTime } from '../time/server-time.ts'

/** What a reply of the acquire script is read with. */
export interface AcquireContext {
  readonly key: string
  /** Token that the script was given. */
  readonly token: string
  readonly time: ServerTime
  readonly epochs: Pick<EpochGuard, 'observe'>
  /** `clock.now()` before the script was sent. */
  readonly sentAt: number
}

/** Reads the reply of the acquire script, and its time. */
export function acquireResult(
  reply: unknown,
  { key, token, time, epochs, sentAt }: AcquireContext,
): AcquireResult {
  const [outcome, detail, generation, seconds, microseconds, epoch] = reply as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  epochs.observe(epoch)
  time.observe(Number(seconds) * 1000 + Number(microseconds) / 1000, sentAt)
  switch (outcome) {
    case 'lease':
    case 'refresh':
      return {
        outcome: 'leased',
        lease: { key, token, mode: outcome, generation: Number(generation), epoch },
      }
    case 'held':
      return { outcome: 'held', token: detail }
    case 'value':
    case 'barred':
      return { outcome }
    default:
      return { outcome: 'foreign' }
  }
}
