import type { Clock } from '@vidnest/cache-core'

/** Waits that can be cut short. */
export class Pauses {
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  #over = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Waits, unless the pauses are over. */
  async pause(ms: number): Promise<void> {
    if (this.#over) return
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimer(ms, () => {
        end()
      })
      const end = (): void => {
        timer.cancel()
        this.#waiting.delete(end)
        resolve()
      }
      this.#waiting.add(end)
    })
  }

  /** Ends all pauses and those to come. */
  end(): void {
    this.#over = true
    for (const end of this.#waiting) end()
  }
}
