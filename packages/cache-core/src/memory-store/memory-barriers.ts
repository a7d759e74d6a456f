/** How many names are looked through, at least, before lapsed barriers are thrown out. */
const leastBeforePurge = 1000

/**
 * Writers' barriers by what they stand before. They are not among what is bounded, since one that gave way would break its
 * promise; each goes when its time is over.
 */
export class MemoryBarriers {
  readonly #now: () => number
  /** By name and writer: until when each stands. */
  readonly #standing = new Map<string, Map<string, number>>()
  #purgeAt = leastBeforePurge

  constructor(now: () => number) {
    this.#now = now
  }

  /** Puts a writer's barrier there for so long, or takes it away where that is 0. */
  set(name: string, writer: string, lifeMs: number): void {
    const writers = this.#standing.get(name) ?? new Map<string, number>()
    if (lifeMs > 0) {
      writers.set(writer, this.#now() + lifeMs)
      this.#standing.set(name, writers)
      this.#purge()
    } else {
      writers.delete(writer)
      if (writers.size === 0) this.#standing.delete(name)
    }
  }

  /** Names before which one stands, or stood lately. */
  get size(): number {
    return this.#standing.size
  }

  /** Whether one stands before that name. */
  stands(name: string): boolean {
    const writers = this.#standing.get(name)
    if (writers === undefined) return false
    for (const [writer, until] of writers) if (until <= this.#now()) this.set(name, writer, 0)
    return writers.size > 0
  }

  #purge(): void {
    if (this.#standing.size < this.#purgeAt) return
    for (const name of this.#standing.keys()) this.stands(name)
    this.#purgeAt = Math.max(leastBeforePurge, 2 * this.#standing.size)
  }
}
