import type { Clock } from './clock.ts'

/** Lateness of a timer, in milliseconds, that is not yet a blocked event loop. */
export const tolerableLatenessMs = 5

/** One of the watches, linked with those that fall due before and after it. */
interface Watch {
  due: number
  onTimeout: (() => void) | undefined
  previous: Watch | undefined
  next: Watch | undefined
}

/**
 * Watches over operations that all have the same time limit, with one timer for all: to set one for each costs more than
 * most operations take. Time in which this process's event loop was late does not count, since a reply may be waiting in
 * the socket.
 *
 * They are a list of their own making, which lets go of all that a watch held as soon as it stops: the tables that a Set
 * outgrows go on pointing at what they held, so that results would live until the next full collection.
 */
export class Deadlines {
  readonly #clock: Clock
  readonly #limitMs: number
  #first: Watch | undefined
  #last: Watch | undefined
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
    const due = this.#clock.now() + limitMs
    const watch: Watch = { due, onTimeout, previous: this.#last, next: undefined }
    if (this.#last === undefined) this.#first = watch
    else this.#last.next = watch
    this.#last = watch
    if (!this.#isArmed) this.#arm(limitMs)
    return () => this.#remove(watch)
  }

  #remove(watch: Watch): void {
    if (watch.onTimeout === undefined) return
    const { previous, next } = watch
    if (previous === undefined) this.#first = next
    else previous.next = next
    if (next === undefined) this.#last = previous
    else next.previous = previous
    watch.onTimeout = watch.previous = watch.next = undefined
  }

  #arm(delayMs: number): void {
    this.#isArmed = true
    const due = this.#clock.now() + delayMs
    this.#clock.setTimer(delayMs, () => {
      this.#isArmed = false
      const lateMs = this.#clock.now() - due
      if (lateMs > tolerableLatenessMs) this.#extend(Math.min(lateMs, this.#limitMs))
      else this.#fire()
      if (this.#first !== undefined) this.#arm(Math.max(0, this.#first.due - this.#clock.now()))
    })
  }

  #extend(byMs: number): void {
    const now = this.#clock.now()
    for (let watch = this.#first; watch !== undefined; watch = watch.next)
      watch.due = Math.max(watch.due, now) + byMs
  }

  #fire(): void {
    const now = this.#clock.now()
    for (let watch = this.#first; watch !== undefined; watch = this.#first) {
      // Timers may fire a fraction of a millisecond early.
      if (watch.due > now + 1) return
      const { onTimeout } = watch
      this.#remove(watch)
      onTimeout?.()
    }
  }
}
