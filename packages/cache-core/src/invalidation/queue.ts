import { InvalidationError } from '../errors.ts'
import type { EventBus } from '../observability/events.ts'
import type { Clock, Timer } from '../time/clock.ts'
import type { Plan } from './plan.ts'
import { WaitingTargets } from './waiting-targets.ts'

const retryMs = 250

/** What the queue is made of. */
export interface InvalidationQueueOptions {
  readonly clock: Clock
  readonly events: EventBus
  /** Does what a plan says. @throws {CacheError} when it could not be done. */
  readonly execute: (plan: Plan) => Promise<void>
}

/**
 * Invalidations that Redis did not acknowledge. While one waits, this process reads past the cache, because an old value
 * may still lie there. They are tried again at the first sign of Redis, and every so often, so that no read has to wait.
 */
export class InvalidationQueue {
  readonly #options: InvalidationQueueOptions
  readonly #waiting = new WaitingTargets()
  #replaying: Promise<boolean> | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(options: InvalidationQueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Whether it still takes and tries what it is given. */
  get isOpen(): boolean {
    return !this.#closed
  }

  /** Keeps a plan until it is done; equal targets count once. */
  add(plan: Plan): void {
    this.#waiting.add(plan, this.#options.clock.now())
    this.#retryLater()
  }

  /** Tries to do what waits; whether nothing is left. */
  replay(): Promise<boolean> {
    if (this.size === 0) return Promise.resolve(true)
    this.#replaying ??= this.#replay().finally(() => {
      this.#replaying = undefined
    })
    return this.#replaying
  }

  /** Stops retrying and tells what is lost with the process. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#timer?.cancel()
    if (this.size === 0) return
    const error = new InvalidationError(
      `the cache was closed while ${this.#waiting.describe()} waited for Redis, so old values may be served until they expire`,
    )
    this.#options.events.emit('invalidationFailed', { queued: false, error })
  }

  async #replay(): Promise<boolean> {
    const { clock, events, execute } = this.#options
    const { mark } = this.#waiting
    const steps = this.#waiting.steps(clock.now())
    let count = 0
    try {
      for (const step of steps) {
        await execute(step)
        this.#waiting.done(step, mark)
        count += step.keys.length + step.tags.length + step.sweeps.length
      }
    } catch {
      // Told as a storeError; it is tried again.
    }
    if (count > 0 && events.has('invalidationReplayed')) events.emit('invalidationReplayed', { count })
    if (this.size > 0) this.#retryLater()
    return this.size === 0
  }

  #retryLater(): void {
    if (this.#closed || this.#timer !== undefined) return
    this.#timer = this.#options.clock.setTimer(retryMs, () => {
      this.#timer = undefined
      void this.replay()
    })
  }
}
