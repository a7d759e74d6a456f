import type { Clock } from './clock.ts'

/** How long a measurement stands before a less exact one may replace it. */
const remeasureAfterMs = 30_000

/**
 * Redis' time as this process knows it: its own monotonic clock plus an offset, measured with the replies of scripts.
 * Processes with wrong clocks so agree on when an entry expires.
 */
export class ServerTime {
  readonly #clock: Clock
  #offsetMs: number
  #errorMs = Infinity
  #measuredAt = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
    this.#offsetMs = clock.epochMs() - clock.now()
  }

  /** Milliseconds since 1970 by Redis' clock. */
  now(): number {
    return this.#clock.now() + this.#offsetMs
  }

  /** A time of Redis' clock by the process' own. */
  toOwn(serverMs: number): number {
    return serverMs - this.#offsetMs
  }

  /** Takes note of a reply that carried Redis' time; `sentAt` is `clock.now()` before the question. */
  observe(serverMs: number, sentAt: number): void {
    const receivedAt = this.#clock.now()
    const errorMs = (receivedAt - sentAt) / 2
    if (errorMs > this.#errorMs && receivedAt - this.#measuredAt < remeasureAfterMs) return
    this.#errorMs = errorMs
    this.#measuredAt = receivedAt
    this.#offsetMs = serverMs - (sentAt + errorMs)
  }
}
