import { InvalidationError, isCacheError, type CacheError } from '../errors.ts'
import type { FlightBoard } from '../flight/flight-board.ts'
import type { EventBus } from '../observability/events.ts'
import type { KeyNames } from '../store/key-names.ts'
import type { EntryStore } from '../store/entry-store.ts'
import type { InvalidationQueue } from './queue.ts'
import { planInvalidation, type Plan } from './plan.ts'
import type { InvalidateOptions, InvalidateTarget, InvalidationReport } from './target.ts'
import type { WriteContext } from './write-context.ts'

/** Counts of what was invalidated. */
export interface InvalidationCounters {
  invalidations: number
  invalidationsFailed: number
}

/** What invalidating is made of. */
export interface InvalidatorOptions {
  readonly store: EntryStore
  readonly board: FlightBoard
  readonly names: Pick<KeyNames, 'prefix' | 'entry' | 'key'>
  readonly events: EventBus
  readonly counters: InvalidationCounters
  readonly writeContext: WriteContext
  readonly onFailure: 'throw' | 'queue'
  readonly queue: () => InvalidationQueue
}

/** Keys that one UNLINK removes. */
const removeChunk = 500

/** Does invalidations: each step is acknowledged by Redis, or it is an error, or queued; never silently lost. */
export class Invalidator {
  readonly #options: InvalidatorOptions

  constructor(options: InvalidatorOptions) {
    this.#options = options
  }

  /** Removes what the targets name. @throws {InvalidationError} when it could not be done and may not be queued. */
  async invalidate(
    targets: InvalidateTarget | readonly InvalidateTarget[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationReport> {
    const { writeContext, names } = this.#options
    const asked = planInvalidation(targets)
    const plan: Plan = { ...asked, keys: asked.keys.filter((key) => !writeContext.leaves(names.entry(key))) }
    const dryRun = options.dryRun ?? false
    if (!dryRun) this.#detach(plan)
    const report = {
      keys: asked.keys.length,
      tags: plan.tags.length,
      scanned: 0,
      removed: 0,
      queued: 0,
      dryRun,
    }
    const left = await this.#attempt(plan, report, options)
    if (left === undefined) return report
    this.#options.counters.invalidationsFailed += 1
    options.signal?.throwIfAborted()
    const queued = !dryRun && (options.onFailure ?? this.#options.onFailure) === 'queue'
    this.#emitFailure(queued, left.error)
    if (!queued) {
      const message = 'the invalidation was not acknowledged, so old values may still be served: try again'
      throw new InvalidationError(message, { cause: left.error })
    }
    this.#options.queue().add(left.plan)
    return { ...report, queued: left.plan.keys.length + left.plan.tags.length + left.plan.sweeps.length }
  }

  /** Does a whole plan once more. @throws {CacheError} when it could not be done. */
  async execute(plan: Plan): Promise<void> {
    const left = await this.#attempt(plan, { scanned: 0, removed: 0, dryRun: false }, {})
    if (left !== undefined) throw left.error
  }

  /** Does what it can; what is left is returned with the reason. */
  async #attempt(
    plan: Plan,
    report: { scanned: number; removed: number; readonly dryRun: boolean },
    options: InvalidateOptions,
  ): Promise<{ readonly plan: Plan; readonly error: CacheError } | undefined> {
    let left = plan
    try {
      if (!report.dryRun) {
        report.removed += await this.#removeKeys(plan.keys)
        left = { ...left, keys: [] }
        await this.#invalidateTags(plan.tags)
        left = { ...left, tags: [] }
      }
      for (const target of plan.sweeps) {
        await this.#sweep(target, report, options)
        left = { ...left, sweeps: left.sweeps.slice(1) }
      }
      return undefined
    } catch (error) {
      if (isCacheError(error)) return { plan: left, error }
      throw error
    }
  }

  async #removeKeys(keys: readonly string[]): Promise<number> {
    const { store, names } = this.#options
    let removed = 0
    for (let start = 0; start < keys.length; start += removeChunk) {
      removed += await store.remove(keys.slice(start, start + removeChunk).map((key) => names.entry(key)))
    }
    if (keys.length > 0) this.#count('key', keys.length)
    return removed
  }

  async #invalidateTags(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return
    await this.#options.store.invalidateTags(tags)
    this.#count('tag', tags.length)
  }

  async #sweep(
    target: Plan['sweeps'][number],
    report: { scanned: number; removed: number; readonly dryRun: boolean },
    options: InvalidateOptions,
  ): Promise<void> {
    const { names, store } = this.#options
    const wanted = (name: string): boolean => {
      const key = names.key(name)
      if (key === undefined) return false
      return target === 'all' || !('matches' in target) || target.matches(key)
    }
    const before = report.removed
    const glob = names.prefix + (target === 'all' ? '*' : target.pattern)
    for await (const page of store.sweep(glob, { wanted, dryRun: report.dryRun })) {
      report.scanned += page.scanned
      report.removed += page.removed
      options.onProgress?.({ scanned: report.scanned, removed: report.removed })
      options.signal?.throwIfAborted()
    }
    if (!report.dryRun) this.#count(target === 'all' ? 'all' : 'pattern', report.removed - before)
  }

  /** Nobody may join a load that began before this call. */
  #detach(plan: Plan): void {
    const { board, names } = this.#options
    for (const key of plan.keys) board.detach(names.entry(key))
    if (plan.tags.length > 0)
      board.detachWhere((flight) => flight.tags.some((tag) => plan.tags.includes(tag)))
    if (plan.sweeps.length > 0) board.detachWhere(() => true)
  }

  #count(kind: 'key' | 'tag' | 'pattern' | 'all', count: number): void {
    const { counters, events } = this.#options
    counters.invalidations += count
    if (events.has('invalidate')) events.emit('invalidate', { kind, count })
  }

  #emitFailure(queued: boolean, error: CacheError): void {
    const { events } = this.#options
    if (events.has('invalidationFailed')) events.emit('invalidationFailed', { queued, error })
  }
}
