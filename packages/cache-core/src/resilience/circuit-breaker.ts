import type { Clock } from '../time/clock.ts'
import { CallWindow } from './call-window.ts'

/** Whether calls go through: `half-open` lets one probe through. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** What a {@link CircuitBreaker} may be told. */
export interface CircuitBreakerOptions {
  readonly random?: () => number
  /** Told of each change of state. */
  readonly onChange?: (state: BreakerState) => void
}

const windowMs = 2000
const minimumCalls = 20
const failureShare = 0.5
const timeoutsInARow = 5
const firstOpenMs = 1000
const longestOpenMs = 10_000

/**
 * Stops asking a Redis that does not answer, so that its deadline is paid once and not by every read. Opens at half of at
 * least 20 calls failing within 2 s, or at 5 timeouts in a row; for 1 s, doubling to 10 s with a tenth of jitter; then one
 * probe decides.
 */
export class CircuitBreaker {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #onChange: (state: BreakerState) => void
  readonly #window: CallWindow
  #state: BreakerState = 'closed'
  #timeouts = 0
  #openMs = 0
  #openUntil = 0

  constructor(
    clock: Clock,
    { random = Math.random, onChange = () => undefined }: CircuitBreakerOptions = {},
  ) {
    this.#clock = clock
    this.#random = random
    this.#onChange = onChange
    this.#window = new CallWindow(clock, windowMs)
  }

  get state(): BreakerState {
    return this.#state === 'open' && this.#clock.now() >= this.#openUntil ? 'half-open' : this.#state
  }

  /** Whether a call may be made now. An allowed call must be followed by {@link succeeded} or {@link failed}. */
  allows(): boolean {
    if (this.#state === 'closed') return true
    if (this.#state === 'half-open' || this.#clock.now() < this.#openUntil) return false
    this.#become('half-open')
    return true
  }

  /** A call was answered. Returns whether that closed the breaker. */
  succeeded(): boolean {
    const wasOpen = this.#state !== 'closed'
    if (wasOpen) this.reset()
    this.#window.count(false)
    this.#timeouts = 0
    return wasOpen
  }

  /** A call was not answered. */
  failed(timedOut: boolean): void {
    this.#window.count(true)
    this.#timeouts = timedOut ? this.#timeouts + 1 : 0
    if (this.#state === 'half-open' || this.#timeouts >= timeoutsInARow || this.#tooManyFailures())
      this.#open()
  }

  /** Closes the breaker, as when a new connection is ready. */
  reset(): void {
    this.#openMs = 0
    this.#timeouts = 0
    this.#window.clear()
    this.#become('closed')
  }

  #tooManyFailures(): boolean {
    const { calls, failures } = this.#window.sum()
    return calls >= minimumCalls && failures >= calls * failureShare
  }

  #open(): void {
    if (this.#state === 'open') return
    this.#openMs = Math.min(longestOpenMs, this.#openMs === 0 ? firstOpenMs : this.#openMs * 2)
    this.#openUntil = this.#clock.now() + this.#openMs * (0.9 + 0.2 * this.#random())
    this.#timeouts = 0
    this.#window.clear()
    this.#become('open')
  }

  #become(state: BreakerState): void {
    if (this.#state === state) return
    this.#state = state
    this.#onChange(state)
  }
}
