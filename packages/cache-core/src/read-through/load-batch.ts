import { CacheConfigError } from '../errors.ts'
import type { Bulkhead } from '../resilience/bulkhead.ts'
import type { BatchContext, LoadContext } from '../load-context.ts'

/** Loads many values at once; answers in order, with an `Error` in the place of a value that could not be loaded. */
export type LoadMany = (indexes: readonly number[], context: BatchContext) => unknown

interface Wanted {
  readonly index: number
  readonly context: LoadContext
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers the loads of one batch of reads into one call of `loadMany`: it waits until of every read is known whether it
 * loads, and not for those that wait for somebody else's load. What comes to load later is gathered by ticks.
 */
export class LoadBatch {
  readonly #loadMany: LoadMany
  readonly #bulkhead: Bulkhead
  readonly #undecided: Set<number>
  #wanted: Wanted[] = []
  #isScheduled = false

  constructor(size: number, loadMany: LoadMany, bulkhead: Bulkhead) {
    this.#loadMany = loadMany
    this.#bulkhead = bulkhead
    this.#undecided = new Set(Array.from({ length: size }, (_, index) => index))
  }

  /** It is known of this read whether it loads. */
  decided(index: number): void {
    if (this.#undecided.delete(index) && this.#undecided.size === 0) this.#schedule()
  }

  /** The loader of one read. */
  load(index: number, context: LoadContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#wanted.push({ index, context, resolve, reject })
      this.decided(index)
      if (this.#undecided.size === 0) this.#schedule()
    })
  }

  /** At the end of the tick, when all replies that have arrived together have been dealt with. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    process.nextTick(() => {
      this.#isScheduled = false
      void this.#run()
    })
  }

  async #run(): Promise<void> {
    const wanted = this.#wanted
    this.#wanted = []
    if (wanted.length === 0) return
    try {
      const indexes = wanted.map(({ index }) => index)
      const context = batchContext(wanted)
      const values = await this.#bulkhead.run(() => this.#loadMany(indexes, context), context)
      if (!Array.isArray(values) || values.length !== wanted.length) {
        throw new CacheConfigError(
          'loadMany',
          'must answer with an array of as many values as it was asked for',
        )
      }
      for (const [position, { resolve, reject }] of wanted.entries()) {
        const value: unknown = values[position]
        if (value instanceof Error) reject(value)
        else resolve(value)
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error)
    }
  }
}

function batchContext(wanted: readonly Wanted[]): BatchContext {
  const controller = new AbortController()
  let running = wanted.length
  for (const { context } of wanted) {
    context.signal.addEventListener(
      'abort',
      () => {
        running -= 1
        if (running === 0) controller.abort(context.signal.reason)
      },
      { once: true },
    )
  }
  return {
    signal: controller.signal,
    of(position) {
      const context = wanted[position]?.context
      if (context === undefined)
        throw new CacheConfigError('of', `must be a position from 0 to ${String(wanted.length - 1)}`)
      return context
    },
  }
}
