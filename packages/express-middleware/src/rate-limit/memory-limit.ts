import type { Clock } from '@vidnest/cache-core'
import type { Decision } from './limit-store.ts'

/** Clients that are remembered at most: an attacker's inventions must not fill the memory. */
const mostClients = 10_000

/** Counts in this process while Redis cannot be asked: fixed windows, for a bounded number of clients. */
export class MemoryLimit {
  readonly #windows = new Map<string, { hits: number; readonly endsAt: number }>()
  readonly #limit: number
  readonly #windowMs: number
  readonly #clock: Clock

  constructor(limit: number, windowMs: number, clock: Clock) {
    this.#limit = limit
    this.#windowMs = windowMs
    this.#clock = clock
  }

  count(key: string): Decision {
    const now = this.#clock.now()
    let window = this.#windows.get(key)
    if (window === undefined || window.endsAt <= now) {
      window = { hits: 0, endsAt: now + this.#windowMs }
      this.#windows.delete(key)
      this.#makeRoom()
      this.#windows.set(key, window)
    }
    const passes = window.hits < this.#limit
    if (passes) window.hits += 1
    const hits = passes ? window.hits : window.hits + 1
    return { passes, hits, resetMs: window.endsAt - now, receipt: passes ? String(window.endsAt) : '' }
  }

  /** Gives a point back, if the window that it was counted in is still there. */
  refund(key: string, receipt: string): void {
    const window = this.#windows.get(key)
    if (window === undefined || window.endsAt <= this.#clock.now()) return
    if (String(window.endsAt) === receipt && window.hits > 0) window.hits -= 1
  }

  #makeRoom(): void {
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size < mostClients) return
      this.#windows.delete(oldest)
    }
  }
}
