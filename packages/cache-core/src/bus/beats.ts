import type { Clock, Timer } from '../time/clock.ts'

/** How often a sign of life is given, in ms. */
export const beatMs = 1000

/** Calls back once a second, from the first start until the end. */
export class Beats {
  readonly #clock: Clock
  readonly #onBeat: () => void
  #timer: Timer | undefined
  #ended = false

  constructor(clock: Clock, onBeat: () => void) {
    this.#clock = clock
    this.#onBeat = onBeat
  }

  /** Begins, if it has not yet. */
  start(): void {
    if (this.#ended || this.#timer !== undefined) return
    this.#timer = this.#clock.setTimer(beatMs, () => {
      this.#timer = undefined
      this.start()
      this.#onBeat()
    })
  }

  end(): void {
    this.#ended = true
    this.#timer?.cancel()
  }
}
