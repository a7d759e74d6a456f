import { encodeValueSlot, type NewValue, type ValueSlot } from '../envelope/slot.ts'
import { createToken } from '../envelope/token.ts'
import { Audience, type Flight, type JoinOutcome } from '../flight/flight.ts'
import type { AcquireRequest, EntryStore, Lease, SettleResult } from '../store/entry-store.ts'
import type { ServerTime } from '../time/server-time.ts'
import { longestStaleMs } from '../policy/policy.ts'
import type { BackOff } from '../resilience/back-off.ts'
import type { Background } from './background.ts'
import type { EntryRequest } from './entry-request.ts'
import { keyChange } from '../memory/change.ts'
import type { OwnChanges } from '../memory/own-changes.ts'
import { keepLease } from './lease-keeper.ts'
import type { NearReads } from './near-reads.ts'
import {
  copyOf,
  runLoader,
  type LoaderRun,
  type LoaderTools,
  type LoadResult,
  type StorableResult,
} from './run-loader.ts'

/** What leading a load takes. */
export interface LeadOptions extends LoaderTools {
  readonly store: EntryStore
  readonly time: ServerTime
  readonly background: Background
  readonly backOff: BackOff
  readonly near: NearReads | undefined
  readonly changes: OwnChanges
}

/** What a load is for. */
export interface LoadWish extends Pick<AcquireRequest, 'intent'> {
  /** The value that it replaces. */
  readonly stale: ValueSlot | undefined
}

/** Runs loads: under a lease, whose value is stored if nothing came between, or without any. */
export class Lead {
  readonly #options: LeadOptions

  constructor(options: LeadOptions) {
    this.#options = options
  }

  /** Starts the load for which the lease was taken. */
  start(request: EntryRequest, lease: Lease, { stale, intent }: LoadWish): Flight {
    const { store, clock, background, changes } = this.#options
    const audience = new Audience()
    const stopKeeping = keepLease(store, lease, { clock, hardTimeoutMs: request.rules.policy.hardTimeoutMs })
    const load = this.#load(request, { audience, stale: decodeStale(request, stale) })
    // Only a load that was asked for replaces what may still be used.
    const isChange = intent === 'claim'
    const lift = isChange ? changes.bar(keyChange(request.bareKey)) : undefined
    const settled = this.#settleAfter(request, load, { lease, isChange }).finally(() => {
      stopKeeping()
      lift?.()
    })
    background.add(settled)
    const loaded = load.then((result) => result.value)
    // Callers handle these; a load that nobody waits for any more must not end the process.
    loaded.catch(() => undefined)
    return { lease, tags: request.tags, loaded, settled, audience }
  }

  /** Loads without a lease, so without storing. */
  loadUnstored(request: EntryRequest, audience: Audience): Promise<LoadResult> {
    return this.#load(request, { audience, stale: undefined })
  }

  /**
   * Stores what a write returned, or a load that was asked for: other processes, which may hold what it replaces, are told.
   * @throws {CacheError} when Redis did not say whether nothing came between.
   */
  async settleChange(request: EntryRequest, lease: Lease, result: LoadResult): Promise<SettleResult> {
    const outcome = await this.#settle(request, lease, result)
    if (outcome === 'ok') await this.#options.changes.announce(keyChange(request.bareKey))
    return outcome
  }

  /** Stores what a load returned, if nothing came between. @throws {CacheError} when Redis did not say. */
  async #settle(request: EntryRequest, lease: Lease, result: LoadResult): Promise<SettleResult> {
    const { store, events, near } = this.#options
    const stored =
      result.action === 'store'
        ? { slot: this.#newValue(request, lease, result), encoded: result.encoded }
        : undefined
    const slot = stored === undefined ? '' : encodeValueSlot(stored.slot)
    const send = (): Promise<SettleResult> =>
      store.settle({
        lease,
        action: result.action,
        tags: result.tags,
        lifeMs: result.lifeMs + longestStaleMs(request.rules.policy),
        slot,
      })
    const outcome = await (near === undefined ? send() : near.keepingFill(request, stored, send))
    const { counters, name } = request.rules
    if (outcome === 'void') {
      counters.fillsDiscarded += 1
      if (events.has('fillDiscarded')) events.emit('fillDiscarded', { definition: name })
    } else if (result.action === 'store') {
      const bytes = Buffer.byteLength(slot)
      counters.fills += 1
      counters.fillBytes += bytes
      if (events.has('fill')) events.emit('fill', { definition: name, bytes })
    }
    return outcome
  }

  /** Gives a lease back as if it had never been taken; without Redis it lapses by itself. */
  release(lease: Lease): void {
    const { store, background } = this.#options
    background.add(store.settle({ lease, action: 'release', tags: [], lifeMs: 1, slot: '' }))
  }

  /** A loader that fails is left alone for a while, where a stale value can stand in for it. */
  #load(request: EntryRequest, run: LoaderRun): Promise<LoadResult> {
    const { backOff } = this.#options
    const load = runLoader(request, this.#options, run)
    if (longestStaleMs(request.rules.policy) === 0) return load
    return load.then(
      (result) => {
        backOff.succeeded(request.key)
        return result
      },
      (error: unknown) => {
        // One that was given up says nothing about its source.
        if (!run.audience.hasLeft) backOff.failed(request.key)
        throw error
      },
    )
  }

  async #settleAfter(
    request: EntryRequest,
    load: Promise<LoadResult>,
    { lease, isChange }: { readonly lease: Lease; readonly isChange: boolean },
  ): Promise<JoinOutcome> {
    let result: LoadResult
    try {
      result = await load
    } catch (error) {
      this.release(lease)
      throw error
    }
    try {
      const outcome = await (isChange
        ? this.settleChange(request, lease, result)
        : this.#settle(request, lease, result))
      if (outcome === 'void' || (result.action !== 'store' && !result.shared)) return { kind: 'retry' }
      return { kind: 'value', value: () => copyOf(result) }
    } catch {
      // Redis did not say whether the load was overtaken, so nobody but the leader may have its value.
      return { kind: 'retry' }
    }
  }

  #newValue(request: EntryRequest, lease: Lease, result: StorableResult): NewValue {
    const now = this.#options.time.now()
    return {
      token: createToken(),
      generation: lease.generation,
      epoch: lease.epoch,
      loadedAt: now - result.costMs,
      freshUntil: now + result.lifeMs,
      loadCostMs: result.costMs,
      version: request.rules.version,
      tags: result.tags,
      ...request.rules.format.pack(result.encoded),
    }
  }
}

function decodeStale(request: EntryRequest, slot: ValueSlot | undefined): unknown {
  if (slot === undefined) return undefined
  try {
    return request.rules.format.decode(slot)
  } catch {
    return undefined
  }
}
