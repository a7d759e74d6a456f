import type { AcquireResult } from '../store/entry-store.ts'
import type { ServerTime } from '../time/server-time.ts'

/** What a reply of the acquire script is read with. */
export interface AcquireContext {
  readonly key: string
  /** Token that the script was given. */
  readonly token: string
  readonly time: ServerTime
  /** `clock.now()` before the script was sent. */
  readonly sentAt: number
}

/** Reads the reply of the acquire script, and its time. */
export function acquireResult(reply: unknown, { key, token, time, sentAt }: AcquireContext): AcquireResult {
  const [outcome, detail, generation, seconds, microseconds] = reply as [
    string,
    string,
    string,
    string,
    string,
  ]
  time.observe(Number(seconds) * 1000 + Number(microseconds) / 1000, sentAt)
  switch (outcome) {
    case 'lease':
    case 'refresh':
      return { outcome: 'leased', lease: { key, token, mode: outcome, generation: Number(generation) } }
    case 'held':
      return { outcome: 'held', token: detail }
    case 'value':
      return { outcome: 'value' }
    default:
      return { outcome: 'foreign' }
  }
}
