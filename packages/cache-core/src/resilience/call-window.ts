import type { Clock } from '../time/clock.ts'

const buckets = 10
const never = Number.NEGATIVE_INFINITY

interface Bucket {
  /** Which stretch of time it counts. */
  era: number
  calls: number
  failures: number
}

/** Counts calls and failures of the last moments, in ten steps. */
export class CallWindow {
  readonly #clock: Clock
  readonly #stepMs: number
  readonly #buckets: readonly Bucket[]

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock
    this.#stepMs = lengthMs / buckets
    this.#buckets = Array.from({ length: buckets }, () => ({ era: never, calls: 0, failures: 0 }))
  }

  count(failed: boolean): void {
    const era = this.#era()
    // A clock may start anywhere, below 0 too.
    const bucket = this.#buckets[((era % buckets) + buckets) % buckets] as Bucket
    if (bucket.era !== era) {
      bucket.era = era
      bucket.calls = 0
      bucket.failures = 0
    }
    bucket.calls += 1
    if (failed) bucket.failures += 1
  }

  /** Calls and failures in the window that ends now. */
  sum(): { readonly calls: number; readonly failures: number } {
    const oldest = this.#era() - buckets
    let calls = 0
    let failures = 0
    for (const bucket of this.#buckets) {
      if (bucket.era <= oldest) continue
      calls += bucket.calls
      failures += bucket.failures
    }
    return { calls, failures }
  }

  clear(): void {
    for (const bucket of this.#buckets) bucket.era = never
  }

  #era(): number {
    return Math.floor(this.#clock.now() / this.#stepMs)
  }
}
