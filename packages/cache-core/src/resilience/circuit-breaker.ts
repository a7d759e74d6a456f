import type { Clock } from '../time/clock.ts'

/** Whether calls go through: `half-open` lets one probe through. */
export type BreakerState = 'closed' | 'open' | 'half-open'

const windowMs = 2000
const minimumCalls = 20
const failureShare = 0.5
const timeoutsInARow = 5
const firstOpenMs = 1000
const longestOpenMs = 10_000

/**
 * Stops asking a Redis that does not answer, so that its deadline is paid once and not by every read. Opens at half of at
 * least 20 calls failing within 2 s, or at 5 timeouts in a row; for 1 s, doubling to 10 s with jitter; then one probe
 * decides.
 */
export class CircuitBreaker {
  readonly #clock: Clock
  readonly #random: () => number
  #state: BreakerState = 'closed'
  #windowStart = 0
  #calls = 0
  #failures = 0
  #timeouts = 0
  #openMs = 0
  #openUntil = 0

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock
    this.#random = random
  }

  get state(): BreakerState {
    return this.#state === 'open' && this.#clock.now() >= this.#openUntil ? 'half-open' : this.#state
  }

  /** Whether a call may be made now. An allowed call must be followed by {@link succeeded} or {@link failed}. */
  allows(): boolean {
    if (this.#state === 'closed') return true
    if (this.#state === 'half-open' || this.#clock.now() < this.#openUntil) return false
    this.#state = 'half-open'
    return true
  }

  /** A call was answered. Returns whether that closed the breaker. */
  succeeded(): boolean {
    const wasOpen = this.#state !== 'closed'
    if (wasOpen) this.reset()
    this.#count()
    this.#timeouts = 0
    return wasOpen
  }

  /** A call was not answered. */
  failed(timedOut: boolean): void {
    this.#count()
    this.#failures += 1
    this.#timeouts = timedOut ? this.#timeouts + 1 : 0
    if (this.#state === 'half-open' || this.#timeouts >= timeoutsInARow || this.#tooManyFailures())
      this.#open()
  }

  /** Closes the breaker, as when a new connection is ready. */
  reset(): void {
    this.#state = 'closed'
    this.#openMs = 0
    this.#timeouts = 0
    this.#calls = 0
    this.#failures = 0
  }

  #tooManyFailures(): boolean {
    return this.#calls >= minimumCalls && this.#failures >= this.#calls * failureShare
  }

  #count(): void {
    const now = this.#clock.now()
    if (now - this.#windowStart > windowMs) {
      this.#windowStart = now
      this.#calls = 0
      this.#failures = 0
    }
    this.#calls += 1
  }

  #open(): void {
    if (this.#state === 'open') return
    this.#state = 'open'
    this.#openMs = Math.min(longestOpenMs, this.#openMs === 0 ? firstOpenMs : this.#openMs * 2)
    this.#openUntil = this.#clock.now() + this.#openMs * (0.9 + 0.2 * this.#random())
    this.#timeouts = 0
    this.#calls = 0
    this.#failures = 0
  }
}
