import { setImmediate } from 'node:timers/promises'
import type { Clock, Timer } from '../time/clock.ts'
import { finiteDurationToMs, type Duration } from '../time/duration.ts'

interface Waiting {
  readonly due: number
  readonly callback: () => void
}

/** Time that stands still until a test moves it: give it to `createCache` as `clock`. */
export class ManualClock implements Clock {
  #now = 1_000_000
  readonly #epochOffsetMs: number
  readonly #waiting = new Set<Waiting>()

  /** Starts at so many milliseconds since 1970. @defaultValue the present time */
  constructor(startsAtMs: number = Date.now()) {
    this.#epochOffsetMs = startsAtMs - this.#now
  }

  now(): number {
    return this.#now
  }

  epochMs(): number {
    return this.#now + this.#epochOffsetMs
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const waiting = { due: this.#now + delayMs, callback }
    this.#waiting.add(waiting)
    return { cancel: () => this.#waiting.delete(waiting) }
  }

  /** How many timers have neither fired nor been cancelled: none should be left once everything is closed. */
  get pendingTimers(): number {
    return this.#waiting.size
  }

  /** Moves time on and fires what falls due, in order. What a timer wakes by a promise runs later, as promises do. */
  advance(by: Duration): void {
    const end = this.#now + finiteDurationToMs(by, 'by')
    while (this.#fireNext(end)) continue
    this.#now = end
  }

  /**
   * As {@link advance}, but what each timer wakes runs before the next one fires, and all of it before this resolves: reads
   * and loads that need no server or disk are then as far as they can get.
   */
  async advanceAsync(by: Duration): Promise<void> {
    const end = this.#now + finiteDurationToMs(by, 'by')
    await setImmediate()
    while (this.#fireNext(end)) await setImmediate()
    this.#now = end
    await setImmediate()
  }

  /** Moves time on to the next timer, whenever it is due, and fires it; whether there was one. */
  advanceToNext(): boolean {
    return this.#fireNext(Infinity)
  }

  /** Moves time on without firing anything, as an event loop does that is blocked. */
  block(by: Duration): void {
    this.#now += finiteDurationToMs(by, 'by')
  }

  /** Fires what is due by now, as an event loop does that was blocked. */
  unblock(): void {
    while (this.#fireNext(this.#now)) continue
  }

  /** Fires the first timer that is due at `end` or before; whether there was one. */
  #fireNext(end: number): boolean {
    let next: Waiting | undefined
    for (const waiting of this.#waiting)
      if (waiting.due <= end && waiting.due < (next?.due ?? Infinity)) next = waiting
    if (next === undefined) return false
    this.#waiting.delete(next)
    this.#now = Math.max(this.#now, next.due)
    next.callback()
    return true
  }
}
