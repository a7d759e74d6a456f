import type { Timer } from '../../src/index.ts'
import { ManualClock } from '../../src/testing/index.ts'

/** Time that goes to the next timer as soon as nothing else is left to run: latencies and deadlines that take no time. */
export class EagerClock extends ManualClock {
  #isPumping = false

  override setTimer(delayMs: number, callback: () => void): Timer {
    const timer = super.setTimer(delayMs, callback)
    this.#pump()
    return timer
  }

  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    setImmediate(() => {
      this.#isPumping = false
      if (this.advanceToNext()) this.#pump()
    })
  }
}
