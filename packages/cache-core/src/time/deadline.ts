import type { Clock } from './clock.ts'

/** Lateness of a timer, in milliseconds, that is not yet a blocked event loop. */
export const tolerableLatenessMs = 5

interface Watch {
  due: number
  readonly onTimeout: () => void
}

/**
 * Watches over operations that all have the same time limit, with one timer for all: to set one for each costs more than
 * most operations take. Time in which this process's event loop was late does not count, since a reply may be waiting in
 * the socket.
 */
export class Deadlines {
  readonly #clock: Clock
  readonly #limitMs: number
  /** In the order in which they fall due. */
  readonly #watches = new Set<Watch>()
  #isArmed = false

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock
    this.#limitMs = limitMs
  }

  /**
   * Calls `onTimeout` once the limit has passed in which an answer could have been heard. The result stops the watch. A limit
   * of its own may be shorter, but no watch may fall due before an earlier one.
   */
  watch(onTimeout: () => void, limitMs: number = this.#limitMs): () => void {
    const watch: Watch = { due: this.#clock.now() + limitMs, onTimeout }
    this.#watches.add(watch)
    if (!this.#isArmed) this.#arm(limitMs)
    return () => {
      this.#watches.delete(watch)
    }
  }

  #arm(delayMs: number): void {
    this.#isArmed = true
    const due = this.#clock.now() + delayMs
    this.#clock.setTimer(delayMs, () => {
      this.#isArmed = false
      const lateMs = this.#clock.now() - due
      if (lateMs > tolerableLatenessMs) this.#extend(Math.min(lateMs, this.#limitMs))
      else this.#fire()
      const [oldest] = this.#watches
      if (oldest !== undefined) this.#arm(Math.max(0, oldest.due - this.#clock.now()))
    })
  }

  #extend(byMs: number): void {
    const now = this.#clock.now()
    for (const watch of this.#watches) watch.due = Math.max(watch.due, now) + byMs
  }

  #fire(): void {
    const now = this.#clock.now()
    for (const watch of this.#watches) {
      // Timers may fire a fraction of a millisecond early.
      if (watch.due > now + 1) return
      this.#watches.delete(watch)
      watch.onTimeout()
    }
  }
}
