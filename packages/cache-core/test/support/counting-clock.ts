import { systemClock, type Clock, type Timer } from '../../src/index.ts'

/** The machine's clock, which knows how many timers it runs. */
export class CountingClock implements Clock {
  #pending = 0

  get pending(): number {
    return this.#pending
  }

  now(): number {
    return systemClock.now()
  }

  epochMs(): number {
    return systemClock.epochMs()
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    let open = true
    const end = (): void => {
      if (open) this.#pending -= 1
      open = false
    }
    this.#pending += 1
    const timer = systemClock.setTimer(delayMs, () => {
      end()
      callback()
    })
    return {
      cancel() {
        end()
        timer.cancel()
      },
    }
  }
}
