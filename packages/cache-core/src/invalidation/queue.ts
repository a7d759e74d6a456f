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
  /** What waits, and how long each is to be held back once it is done. */
  readonly #keys = new Map<string, number>()
  readonly #tags = new Map<string, number>()
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
    for (const key of plan.keys) this.#keys.set(key, Math.max(this.#keys.get(key) ?? 0, plan.holdMs))
    for (const tag of plan.tags) this.#tags.set(tag, Math.max(this.#tags.get(tag) ?? 0, plan.holdMs))
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
    const plans = [...this.#plans()]
    try {
      for (const plan of plans) {
        await this.#options.execute(plan)
        this.#remove(plan)
      }
    } catch {
      this.#retryLater()
      return false
    }
    const count = plans.reduce(
      (sum, { keys, tags, sweeps }) => sum + keys.length + tags.length + sweeps.length,
      0,
    )
    if (this.#options.events.has('invalidationReplayed'))
      this.#options.events.emit('invalidationReplayed', { count })
    return this.size === 0
  }

  /**
   * What waits, as plans: one for each length of time for which targets are to be held back. All are hard: when a soft one
   * is done at last, nobody knows for how long what it meant has been stale.
   */
  *#plans(): Iterable<Plan> {
    for (const holdMs of new Set([0, ...this.#keys.values(), ...this.#tags.values()])) {
      yield {
        keys: namesHeld(this.#keys, holdMs),
        tags: namesHeld(this.#tags, holdMs),
        sweeps: holdMs === 0 ? this.#sweeps : [],
        mode: 'hard',
        holdMs,
      }
    }
  }

  /** Forgets what is done, but for what has been asked for again with a longer hold. */
  #remove({ keys, tags, sweeps, holdMs }: Plan): void {
    for (const key of keys) if (this.#keys.get(key) === holdMs) this.#keys.delete(key)
    for (const tag of tags) if (this.#tags.get(tag) === holdMs) this.#tags.delete(tag)
    this.#sweeps = this.#sweeps.filter((sweep) => !sweeps.includes(sweep))
  }

  #retryLater(): void {
    if (this.#closed || this.#timer !== undefined) return
    this.#timer = this.#options.clock.setTimer(retryMs, () => {
      this.#timer = undefined
      void this.replay()
    })
  }
}

function namesHeld(waiting: ReadonlyMap<string, number>, holdMs: number): string[] {
  return [...waiting].filter(([, held]) => held === holdMs).map(([name]) => name)
}
