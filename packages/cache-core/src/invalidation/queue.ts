import type { EventBus } from '../observability/events.ts'
import type { Clock, Timer } from '../time/clock.ts'
import type { Plan } from './plan.ts'

/** More than these single targets become one sweep of the namespace. */
const capacity = 10_000
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
  readonly #keys = new Set<string>()
  readonly #tags = new Set<string>()
  #sweeps: Plan['sweeps'] = []
  #replaying: Promise<boolean> | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(options: InvalidationQueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#keys.size + this.#tags.size + this.#sweeps.length
  }

  /** Keeps a plan until it is done; equal targets count once. */
  add(plan: Plan): void {
    for (const key of plan.keys) this.#keys.add(key)
    for (const tag of plan.tags) this.#tags.add(tag)
    this.#sweeps = [...this.#sweeps, ...plan.sweeps]
    if (this.size > capacity) {
      this.#keys.clear()
      this.#tags.clear()
      this.#sweeps = ['all']
    }
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

  /** Stops retrying; what waits is lost with the process. */
  close(): void {
    this.#closed = true
    this.#timer?.cancel()
  }

  async #replay(): Promise<boolean> {
    const plan: Plan = { keys: [...this.#keys], tags: [...this.#tags], sweeps: this.#sweeps }
    try {
      await this.#options.execute(plan)
    } catch {
      this.#retryLater()
      return false
    }
    for (const key of plan.keys) this.#keys.delete(key)
    for (const tag of plan.tags) this.#tags.delete(tag)
    this.#sweeps = this.#sweeps.filter((sweep) => !plan.sweeps.includes(sweep))
    const count = plan.keys.length + plan.tags.length + plan.sweeps.length
    if (this.#options.events.has('invalidationReplayed'))
      this.#options.events.emit('invalidationReplayed', { count })
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
