import type { Clock, Timer } from '../../src/index.ts'

/** Time that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now = 1_000_000
  readonly #epochOffset = Date.now() - 1_000_000
  readonly #timers = new Set<{ readonly due: number; readonly callback: () => void }>()

  now(): number {
    return this.#now
  }

  epochMs(): number {
    return this.#now + this.#epochOffset
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { due: this.#now + delayMs, callback }
    this.#timers.add(timer)
    return { cancel: () => this.#timers.delete(timer) }
  }

  /** Moves time on and fires what falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = [...this.#timers].filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0]
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.due)
      next.callback()
    }
    this.#now = end
  }

  /** Moves time on without firing anything, as a blocked event loop does. */
  block(ms: number): void {
    this.#now += ms
  }

  /** Fires what is due, at the present time. */
  fireDue(): void {
    this.advance(0)
  }
}
