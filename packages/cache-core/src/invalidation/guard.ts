import { createToken } from '../envelope/token.ts'
import { InvalidationError, isCacheError } from '../errors.ts'
import type { FlightBoard } from '../flight/flight-board.ts'
import type { OwnChanges } from '../memory/own-changes.ts'
import type { EntryStore } from '../store/entry-store.ts'
import type { KeyNames } from '../store/key-names.ts'
import type { Clock } from '../time/clock.ts'
import type { Invalidator } from './invalidator.ts'
import { planBarrier, type Plan } from './plan.ts'
import type { InvalidateTarget } from './target.ts'

/** What guarding is made of. */
export interface GuardOptions {
  readonly store: EntryStore
  readonly names: Pick<KeyNames, 'entry'>
  readonly board: FlightBoard
  readonly changes: OwnChanges
  readonly clock: Clock
  readonly invalidator: Invalidator
  readonly onFailure: 'throw' | 'queue'
}

/** How a guarded write is done. */
export interface GuardCall {
  /** Life of the barrier in ms: renewed while the write runs, it outlives a writer that dies by at most this. */
  readonly lifeMs: number
  /** Token of a lease of the writer's own, which the barrier leaves alone. */
  readonly own?: string
}

/**
 * Writes under a barrier: nothing is stored for the targets from before the write until after it, and what was there is
 * voided both times. So not even a writer that dies between its write and the invalidation leaves an older value; its
 * barrier lapses only when the write must have been decided.
 */
export class Guard {
  readonly #options: GuardOptions

  constructor(options: GuardOptions) {
    this.#options = options
  }

  /** @throws {InvalidationError} before the write when the barrier cannot stand, after it when the targets cannot be voided. */
  async run<Result>(
    targets: InvalidateTarget | readonly InvalidateTarget[],
    write: () => Result | Promise<Result>,
    call: GuardCall,
  ): Promise<Result> {
    const plan = planBarrier(targets)
    const lift = this.#options.changes.bar({ ...plan, all: false })
    try {
      return await this.#write(plan, write, call)
    } finally {
      lift()
    }
  }

  async #write<Result>(plan: Plan, write: () => Result | Promise<Result>, call: GuardCall): Promise<Result> {
    const writer = createToken()
    await this.#raise(plan, writer, call)
    const stopRenewing = this.#keepStanding(plan, writer, call)
    let result: Result
    try {
      result = await write()
    } catch (error) {
      stopRenewing()
      // Whether the write was done all the same is not known; its own error matters more than that of the cache.
      await this.#lower(plan, writer, { ...call, onFailure: 'queue' }).catch(() => undefined)
      throw error
    }
    stopRenewing()
    await this.#lower(plan, writer, { ...call, onFailure: this.#options.onFailure })
    return result
  }

  async #raise(plan: Plan, writer: string, call: GuardCall): Promise<void> {
    const { invalidator, changes } = this.#options
    invalidator.detach(plan)
    try {
      await this.#bar(plan, writer, call)
      await changes.announce({ ...plan, all: false })
    } catch (error) {
      if (!isCacheError(error)) throw error
      // With 'queue' a write is worth more than its barrier; the invalidation after it is queued.
      if (this.#options.onFailure === 'queue') return
      throw new InvalidationError('the barrier could not be put up, so nothing was written: try again', {
        cause: error,
      })
    }
  }

  async #lower(
    plan: Plan,
    writer: string,
    { onFailure, ...call }: GuardCall & { readonly onFailure: 'throw' | 'queue' },
  ): Promise<void> {
    const { invalidator, changes } = this.#options
    invalidator.detach(plan)
    try {
      await this.#bar(plan, writer, { ...call, lifeMs: 0 })
      invalidator.count(plan)
      await changes.announce({ ...plan, all: false })
    } catch (error) {
      if (!isCacheError(error)) throw error
      invalidator.fail(plan, error, onFailure)
    }
  }

  /** Renews the barrier at each third of its life; one that has lapsed is put up anew. */
  #keepStanding(plan: Plan, writer: string, call: GuardCall): () => void {
    const { clock } = this.#options
    let stopped = false
    const renewLater = (): { cancel(): void } =>
      clock.setTimer(call.lifeMs / 3, () => {
        if (stopped) return
        const again = (): void => {
          if (!stopped) timer = renewLater()
        }
        this.#bar(plan, writer, call).then(again, again)
      })
    let timer = renewLater()
    return () => {
      stopped = true
      timer.cancel()
    }
  }

  async #bar(plan: Plan, writer: string, { lifeMs, own }: GuardCall): Promise<void> {
    const { store, names } = this.#options
    const targets = { keys: plan.keys.map((key) => names.entry(key)), tags: plan.tags }
    await store.bar(targets, own === undefined ? { writer, lifeMs } : { writer, lifeMs, own })
  }
}
