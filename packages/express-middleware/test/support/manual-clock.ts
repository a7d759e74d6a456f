import type { Clock, Timer } from '@vidnest/cache-core'

/** Time that stands still until the test moves it; its timers never fire. */
export class ManualClock implements Clock {
  #now = 1_000_000

  now(): number {
    return this.#now
  }

  epochMs(): number {
    return 1_700_000_000_000 + this.#now
  }

  setTimer(): Timer {
    return { cancel: () => undefined }
  }

  advance(ms: number): void {
    this.#now += ms
  }
}
