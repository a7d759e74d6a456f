import { createToken } from '../envelope/token.ts'
import { InvalidationError, isCacheError, type CacheError } from '../errors.ts'
import type { FlightBoard } from '../flight/flight-board.ts'
import type { Change } from '../memory/change.ts'
import type { OwnChanges } from '../memory/own-changes.ts'
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
  readonly changes: OwnChanges
  readonly onFailure: 'throw' | 'queue'
  readonly queue: () => InvalidationQueue
}

/** Keys that are invalidated at a time. */
const keyChunk = 500

type Report = Pick<InvalidationReport, 'dryRun'> & { scanned: number; removed: number }

/** A plan, and what of it is still to be done. */
interface Work {
  readonly plan: Plan
  left: Plan
}

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
    const asked = planInvalidation(targets, options)
    const plan: Plan = { ...asked, keys: asked.keys.filter((key) => !writeContext.leaves(names.entry(key))) }
    const dryRun = options.dryRun ?? false
    if (!dryRun) this.detach(plan)
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
    if (options.signal?.aborted === true) this.#options.counters.invalidationsFailed += 1
    options.signal?.throwIfAborted()
    return {
      ...report,
      queued: this.fail(
        left.plan,
        left.error,
        dryRun ? 'throw' : (options.onFailure ?? this.#options.onFailure),
      ),
    }
  }

  /**
   * Sees to what could not be done: queues it and returns how many targets wait.
   * @throws {InvalidationError} when it may not be queued, or the cache was closed meanwhile.
   */
  fail(plan: Plan, error: CacheError, onFailure: 'throw' | 'queue'): number {
    const { counters, events, queue } = this.#options
    counters.invalidationsFailed += 1
    const queued = onFailure === 'queue' && queue().isOpen
    if (events.has('invalidationFailed')) events.emit('invalidationFailed', { queued, error })
    if (!queued) {
      const message = 'the invalidation was not acknowledged, so old values may still be served: try again'
      throw new InvalidationError(message, { cause: error })
    }
    queue().add(plan)
    return plan.keys.length + plan.tags.length + plan.sweeps.length
  }

  /** Does a whole plan once more. @throws {CacheError} when it could not be done. */
  async execute(plan: Plan): Promise<void> {
    const left = await this.#attempt(plan, { scanned: 0, removed: 0, dryRun: false }, {})
    if (left !== undefined) throw left.error
  }

  /** Does what it can, and tells other processes of it; what is left is returned with the reason. */
  async #attempt(
    plan: Plan,
    report: Report,
    options: InvalidateOptions,
  ): Promise<{ readonly plan: Plan; readonly error: CacheError } | undefined> {
    const { changes } = this.#options
    const work = { plan, left: plan }
    const lift = report.dryRun ? undefined : changes.bar(changeOf(plan))
    try {
      await this.#work(work, report, options)
      return undefined
    } catch (error) {
      // Not waited for, since Redis may not answer at all.
      if (!report.dryRun) void changes.announce(doneOf(work, report))
      if (isCacheError(error)) return { plan: work.left, error }
      throw error
    } finally {
      lift?.()
    }
  }

  async #work(work: Work, report: Report, options: InvalidateOptions): Promise<void> {
    const { changes, store } = this.#options
    const { plan } = work
    let telling: Promise<void> | undefined
    if (!report.dryRun) {
      const removing = this.#invalidateKeys(plan)
      // A message that follows on the same connection cannot overtake the command, so it need not wait for its reply.
      if (store.isInOrder && isOneCommand(plan)) telling = changes.announce(changeOf(plan))
      report.removed += await removing
      this.count({ ...plan, tags: [] })
      work.left = { ...work.left, keys: [] }
      await this.#invalidateTags(plan)
      this.count({ ...plan, keys: [] })
      work.left = { ...work.left, tags: [] }
    }
    for (const target of plan.sweeps) {
      await this.#sweep(target, report, { ...options, mode: plan.mode })
      work.left = { ...work.left, sweeps: work.left.sweeps.slice(1) }
    }
    if (!report.dryRun) await (telling ?? changes.announce(changeOf(plan)))
  }

  async #invalidateKeys({ keys, mode, holdMs }: Plan): Promise<number> {
    const { store, names } = this.#options
    let removed = 0
    for (let start = 0; start < keys.length; start += keyChunk) {
      const chunk = keys.slice(start, start + keyChunk).map((key) => names.entry(key))
      removed += await (holdMs > 0
        ? store.bar({ keys: chunk, tags: [] }, { writer: createToken(), lifeMs: holdMs })
        : store.invalidateKeys(chunk, mode))
    }
    return removed
  }

  async #invalidateTags({ tags, mode, holdMs }: Plan): Promise<void> {
    const { store } = this.#options
    if (tags.length === 0) return
    if (holdMs > 0) await store.bar({ keys: [], tags }, { writer: createToken(), lifeMs: holdMs })
    else await store.invalidateTags(tags, mode)
  }

  async #sweep(target: Plan['sweeps'][number], report: Report, options: InvalidateOptions): Promise<void> {
    const { names, store } = this.#options
    const wanted = (name: string): boolean => {
      const key = names.key(name)
      if (key === undefined) return false
      return target === 'all' || !('matches' in target) || target.matches(key)
    }
    const before = report.removed
    const mode = report.dryRun ? 'count' : (options.mode ?? 'hard')
    const glob = names.prefix + (target === 'all' ? '*' : target.pattern)
    for await (const page of store.sweep(glob, { wanted, mode })) {
      report.scanned += page.scanned
      report.removed += page.removed
      options.onProgress?.({ scanned: report.scanned, removed: report.removed })
      options.signal?.throwIfAborted()
    }
    if (!report.dryRun) this.#count(target === 'all' ? 'all' : 'pattern', report.removed - before)
  }

  /** Nobody may join a load that began before this call. */
  detach(plan: Pick<Plan, 'keys' | 'tags' | 'sweeps'>): void {
    const { board, names } = this.#options
    for (const key of plan.keys) board.detach(names.entry(key))
    if (plan.tags.length > 0)
      board.detachWhere((flight) => flight.tags.some((tag) => plan.tags.includes(tag)))
    if (plan.sweeps.length > 0) board.detachWhere(() => true)
  }

  /** Counts the keys and tags of a plan as invalidated. */
  count({ keys, tags }: Pick<Plan, 'keys' | 'tags'>): void {
    if (keys.length > 0) this.#count('key', keys.length)
    if (tags.length > 0) this.#count('tag', tags.length)
  }

  #count(kind: 'key' | 'tag' | 'pattern' | 'all', count: number): void {
    const { counters, events } = this.#options
    counters.invalidations += count
    if (events.has('invalidate')) events.emit('invalidate', { kind, count })
  }
}

/** What a plan changes. */
function changeOf({ keys, tags, sweeps }: Plan): Change {
  return { keys, tags, all: sweeps.length > 0 }
}

/** What has been changed of an unfinished plan; a sweep may have been stopped on its way. */
function doneOf({ plan, left }: Work, { removed }: Report): Change {
  return {
    keys: left.keys.length === 0 ? plan.keys : [],
    tags: left.tags.length === 0 ? plan.tags : [],
    all: plan.sweeps.length > 0 && left.tags.length === 0 && removed > 0,
  }
}

/** Whether a plan is done by one command, which is no script: that may have to be sent twice. */
function isOneCommand({ keys, tags, sweeps, mode, holdMs }: Plan): boolean {
  const isPlain = mode === 'hard' && holdMs === 0 && tags.length === 0 && sweeps.length === 0
  return isPlain && keys.length > 0 && keys.length <= keyChunk
}
