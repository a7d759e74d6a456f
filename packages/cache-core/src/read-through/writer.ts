import type { EventBus } from '../observability/events.ts'
import type { WriteContext } from '../invalidation/write-context.ts'
import type { EntryStore, Lease } from '../store/entry-store.ts'
import type { Clock } from '../time/clock.ts'
import { isCacheError } from '../errors.ts'
import { keyChange } from '../memory/change.ts'
import type { OwnChanges } from '../memory/own-changes.ts'
import type { Looker } from './looker.ts'
import { longestLifeMs, longestStaleMs } from '../policy/policy.ts'
import type { EntryRequest } from './entry-request.ts'
import type { Lead } from './lead.ts'
import { keepLease } from './lease-keeper.ts'
import { prepareValue, type LoadResult } from './run-loader.ts'
import type { SchemaProbe } from './schema-probe.ts'

/** What writing is made of. */
export interface WriterOptions {
  readonly store: EntryStore
  readonly lead: Lead
  readonly looker: Looker
  readonly clock: Clock
  readonly events: EventBus
  readonly random: () => number
  readonly schemaProbe: SchemaProbe
  readonly writeContext: WriteContext
  readonly changes: OwnChanges
  /** Runs a write under a barrier before one entry, which leaves the writer's own lease alone. */
  readonly guard: <Result>(bareKey: string, write: () => Promise<Result>, own: string) => Promise<Result>
  /** Removes one entry. @throws {InvalidationError} */
  readonly invalidate: (bareKey: string, onFailure?: 'queue') => Promise<void>
}

/**
 * Writes that cannot leave an older value: each first takes the slot's token, from loads and from other writers, and
 * stores only while it still has it. A SET that timed out and ran late would bring an old value back.
 */
export class Writer {
  readonly #options: WriterOptions

  constructor(options: WriterOptions) {
    this.#options = options
  }

  /** Stores a value; whether it was. Trouble with Redis is an event. */
  set(request: EntryRequest, value: unknown): Promise<boolean> {
    return this.#outOfMemory(request, () => this.#set(request, value))
  }

  /** Runs a write against the source and stores what it returned; of two that overlap, neither leaves an older value. */
  writeThrough<Value>(request: EntryRequest, write: () => Value | Promise<Value>): Promise<Value> {
    return this.#outOfMemory(request, () => this.#writeThrough(request, write))
  }

  /** Gives the fresh value another life; whether there was one. Trouble with Redis is an event. */
  expire(request: EntryRequest, ttlMs: number): Promise<boolean> {
    return this.#outOfMemory(request, () => this.#expire(request, ttlMs))
  }

  /** This process keeps nothing of the entry in memory while it is changed. */
  async #outOfMemory<Result>(request: EntryRequest, work: () => Promise<Result>): Promise<Result> {
    const lift = this.#options.changes.bar(keyChange(request.bareKey))
    try {
      return await work()
    } finally {
      lift()
    }
  }

  async #set(request: EntryRequest, value: unknown): Promise<boolean> {
    const result = await prepareValue(request, this.#options, value)
    const lease = await this.#claim(request)
    if (lease === undefined) return false
    // What is not stored still replaces: the older value is no longer true.
    const ending: LoadResult = result.action === 'skip' ? { ...result, action: 'remove' } : result
    return (await this.#store(request, lease, ending)) && result.action === 'store'
  }

  async #writeThrough<Value>(request: EntryRequest, write: () => Value | Promise<Value>): Promise<Value> {
    const { lead, store, clock, writeContext, guard, invalidate } = this.#options
    const lease = await this.#claim(request)
    const stopKeeping = lease === undefined ? undefined : keepLease(store, lease, { clock, hardTimeoutMs: 0 })
    let left = false
    let written: Value
    try {
      const run = (): Promise<Value> => writeContext.run(request.key, write, () => (left = true))
      written = await (request.rules.policy.strict ? guard(request.bareKey, run, lease?.token ?? '') : run())
    } catch (error) {
      if (lease !== undefined) lead.release(lease)
      // A write that invalidates and then fails may have been done all the same; its invalidation was left to us.
      if (left) await invalidate(request.bareKey, 'queue').catch(() => undefined)
      throw error
    } finally {
      stopKeeping?.()
    }
    const result = await prepareValue(request, this.#options, written)
    const stored =
      lease !== undefined && result.action === 'store' && (await this.#store(request, lease, result))
    if (!stored) await invalidate(request.bareKey)
    return result.value as Value
  }

  async #expire(request: EntryRequest, ttlMs: number): Promise<boolean> {
    const { store, looker, changes } = this.#options
    try {
      const look = await looker.look(request)
      if (look.kind !== 'hit') return false
      const lifeMs = ttlMs + longestStaleMs(request.rules.policy)
      const { token, tags } = look.slot
      const done = await store.expire({ key: request.key, token, tags, freshMs: ttlMs, lifeMs })
      if (done) await changes.announce(keyChange(request.bareKey))
      return done
    } catch (error) {
      if (isCacheError(error)) return false
      throw error
    }
  }

  async #claim(request: EntryRequest): Promise<Lease | undefined> {
    try {
      const taken = await this.#options.store.acquire({
        key: request.key,
        tags: request.tags,
        judged: '',
        intent: 'claim',
        lifeMs: longestLifeMs(request.rules.policy),
      })
      return taken.outcome === 'leased' ? taken.lease : undefined
    } catch {
      return undefined
    }
  }

  async #store(request: EntryRequest, lease: Lease, result: LoadResult): Promise<boolean> {
    try {
      return (await this.#options.lead.settleChange(request, lease, result)) === 'ok'
    } catch {
      return false
    }
  }
}
