import type { Clock } from '../time/clock.ts'

const firstMs = 1000
const longestMs = 30_000
const capacity = 10_000

interface Failures {
  readonly count: number
  readonly until: number
}

/**
 * Leaves what failed alone for a while: 1 s after the first failure, doubling to 30 s, shortened by up to a quarter at
 * random. Remembers the last 10,000 that failed.
 */
export class BackOff {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock
    this.#random = random
  }

  /** Whether it should not be tried yet. */
  holds(name: string): boolean {
    const failures = this.#failures.get(name)
    return failures !== undefined && this.#clock.now() < failures.until
  }

  failed(name: string): void {
    const count = (this.#failures.get(name)?.count ?? 0) + 1
    const pauseMs = Math.min(longestMs, firstMs * 2 ** (count - 1)) * (1 - this.#random() / 4)
    this.#failures.delete(name)
    this.#failures.set(name, { count, until: this.#clock.now() + pauseMs })
    if (this.#failures.size <= capacity) return
    const [oldest] = this.#failures.keys()
    if (oldest !== undefined) this.#failures.delete(oldest)
  }

  succeeded(name: string): void {
    this.#failures.delete(name)
  }
}
