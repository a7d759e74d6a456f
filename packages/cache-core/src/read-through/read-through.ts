import type { ValueSlot } from '../envelope/slot.ts'
import type { Flight } from '../flight/flight.ts'
import type { Boarding, FlightBoard } from '../flight/flight-board.ts'
import type { SourceFlights } from '../flight/source-flights.ts'
import { isCacheError } from '../errors.ts'
import type { StaleReason } from '../observability/events.ts'
import { isEarly } from '../policy/freshness.ts'
import { longestLifeMs } from '../policy/policy.ts'
import type { BackOff } from '../resilience/back-off.ts'
import type { AcquireResult, EntryStore, Lease } from '../store/entry-store.ts'
import { markersAllow } from '../store/marker.ts'
import type { ServerTime } from '../time/server-time.ts'
import { attend } from './attend.ts'
import type { Background } from './background.ts'
import { withinCallerLimits, type Fallback } from './caller-limits.ts'
import type { EntryRequest } from './entry-request.ts'
import type { Lead } from './lead.ts'
import type { LeaseWait } from './lease-wait.ts'
import { missReason, type Look, type Looker, wantsFresh } from './looker.ts'
import type { NearReads } from './near-reads.ts'
import { ReadCounts } from './read-counts.ts'
import { copyOf, type LoaderTools, type LoadResult } from './run-loader.ts'
import { wishOf, type EmptyLook, type Wish } from './wish.ts'

/** How one read is done. */
export interface ReadCall {
  readonly signal: AbortSignal | undefined
  readonly fresh: boolean
  /** Told once, when it is known whether this read will run its loader at once. */
  readonly onDecided?: () => void
}

/** What reading through is made of. */
export interface ReadThroughOptions extends LoaderTools {
  readonly store: EntryStore
  readonly looker: Looker
  readonly near: NearReads | undefined
  readonly lead: Lead
  readonly board: FlightBoard
  readonly sourceFlights: SourceFlights<LoadResult>
  readonly leaseWait: LeaseWait
  readonly background: Background
  readonly backOff: BackOff
  readonly time: ServerTime
  readonly waitTimeoutMs: number
}

/** A read that had to start over this often loads for itself. */
const mostRestarts = 2

/** One read on its way. */
interface Turn {
  readonly call: ReadCall
  /** Aborted when its caller waits no longer. */
  readonly signal: AbortSignal | undefined
  readonly startedAt: number
  restarts: number
}

/**
 * Cache-aside, so that an invalidated value never comes back:
 *
 * 1. Look: the slot and its markers, in one round trip. A fresh value is a hit. One that is stale but may still be served
 *    is handed out at once while one load in the background replaces it.
 * 2. A lease in the slot, or in the header of a stale value, means that somebody loads. If it is a load of this process,
 *    seen by its own lease, join it; if of another process, wait until the lease has left the slot, and look again.
 * 3. Otherwise take the lease and load. The leader has its value as soon as the loader returns; it is stored only if the
 *    slot still holds the lease, and only then do those who joined get it. Else they look again.
 * 4. Where Redis cannot be asked, or must not be written, load without storing, and share only loads that began later.
 * 5. When loading fails or takes too long, a stale value stands in as far as the policy allows.
 */
export class ReadThrough {
  readonly #options: ReadThroughOptions
  readonly #counts: ReadCounts

  constructor(options: ReadThroughOptions) {
    this.#options = options
    this.#counts = new ReadCounts(options.events)
  }

  /** The cached value if it is fresh; `undefined` otherwise. */
  async get(request: EntryRequest, call: ReadCall): Promise<unknown> {
    const look = await attend(this.#options.looker.look(request), call.signal)
    if (look.kind === 'hit') {
      this.#counts.hit(request, this.#options.store.tier)
      return look.value
    }
    this.#counts.miss(request, missReason(look))
    return undefined
  }

  /** Whether {@link get} would find a value; counts nothing. */
  async has(request: EntryRequest): Promise<boolean> {
    return (await this.#options.looker.look(request)).kind === 'hit'
  }

  /** The cached value, or the loader's. */
  getOrSet(request: EntryRequest, call: ReadCall): Promise<unknown> {
    if (call.fresh) {
      this.#options.near?.forget(request)
      return Promise.resolve(this.goOn(request, wantsFresh, call))
    }
    const { looker } = this.#options
    if (call.signal === undefined) return looker.lookThen(request, (first) => this.goOn(request, first, call))
    return attend(looker.look(request), call.signal).then((first) => this.goOn(request, first, call))
  }

  /** Goes on from a look at the cache. */
  goOn(request: EntryRequest, look: Look, call: ReadCall): unknown {
    if (look.kind === 'near') {
      call.onDecided?.()
      return look.value
    }
    if (look.kind === 'hit') {
      this.#counts.hit(request, this.#options.store.tier)
      call.onDecided?.()
      this.#refreshEarly(request, look.slot)
      return look.value
    }
    if (look.kind === 'stale' && look.phase === 'revalidate') {
      this.#counts.staleHit(request)
      call.onDecided?.()
      this.#refreshInBackground(request, look.slot, 'stale')
      return look.value
    }
    this.#counts.miss(request, missReason(look))
    return this.#load(request, look, call)
  }

  /** Loads, or waits for a load, within what the policy lets a caller wait. */
  #load(request: EntryRequest, look: Look, call: ReadCall): Promise<unknown> {
    const { clock, backOff } = this.#options
    const { policy } = request.rules
    const fallback: Fallback | undefined = look.kind === 'stale' ? { value: look.value } : undefined
    const onFallback = (reason: StaleReason): void => this.#counts.fallback(request, reason)
    if (fallback !== undefined && backOff.holds(request.key)) {
      call.onDecided?.()
      onFallback('error')
      return Promise.resolve(fallback.value)
    }
    const startedAt = clock.now()
    return withinCallerLimits(
      (signal) => this.#loop(request, look, { call, signal, startedAt, restarts: 0 }),
      { clock, policy, signal: call.signal, fallback, onFallback },
    )
  }

  async #loop(request: EntryRequest, first: Look, turn: Turn): Promise<unknown> {
    const { signal } = turn
    for (let look = first; ; look = await attend(this.#options.looker.look(request), signal)) {
      signal?.throwIfAborted()
      if (look.kind === 'near' || look.kind === 'hit') return look.value
      if (look.kind === 'stale' && look.phase === 'revalidate') return look.value
      if (look.kind === 'unreachable' || look.kind === 'newer' || turn.restarts >= mostRestarts) break
      const step = await this.#step(request, look, turn)
      if (step.kind === 'done') return step.value
      if (step.kind === 'alone') break
      if (step.kind === 'overtaken') turn.restarts += 1
    }
    return this.#loadAlone(request, turn)
  }

  /** One turn for a read that found nothing to serve. */
  async #step(request: EntryRequest, look: EmptyLook, turn: Turn): Promise<Step> {
    const { board, time } = this.#options
    if (look.kind === 'lease' && look.current) {
      const flight = board.find(request.key, look.token)
      return flight === undefined ? this.#await(request, look.token, turn) : this.#join(request, flight, turn)
    }
    if (look.kind === 'stale' && look.slot.refreshUntil > time.now()) {
      const flight = board.find(request.key, look.slot.refreshToken)
      if (flight === undefined) return this.#await(request, look.slot.refreshToken, turn)
      // As with a lease, this only saves a wait for a load that a tag has overtaken.
      if (markersAllow(look.markers, flight.lease.generation)) return this.#join(request, flight, turn)
    }
    const boarding = await this.#board(request, wishOf(look, turn.restarts))
    switch (boarding?.kind) {
      case 'lead':
        turn.call.onDecided?.()
        return {
          kind: 'done',
          value: await boarding.flight.audience.attend(boarding.flight.loaded, turn.signal),
        }
      case 'join':
        return this.#join(request, boarding.flight, turn)
      case 'held':
        return this.#await(request, boarding.token, turn)
      case 'again':
        return { kind: 'again' }
      default:
        return { kind: 'alone' }
    }
  }

  async #board(request: EntryRequest, wish: Wish): Promise<Boarding | undefined> {
    const { board, store, lead } = this.#options
    const acquire = (): Promise<AcquireResult> =>
      store.acquire({
        key: request.key,
        tags: request.tags,
        judged: wish.judged,
        intent: wish.intent,
        lifeMs: longestLifeMs(request.rules.policy),
      })
    try {
      return await board.board(request.key, acquire, (lease: Lease) => lead.start(request, lease, wish))
    } catch (error) {
      if (isCacheError(error)) return undefined
      throw error
    }
  }

  async #join(request: EntryRequest, flight: Flight, { call, signal }: Turn): Promise<Step> {
    this.#counts.joined(request)
    call.onDecided?.()
    try {
      const outcome = await flight.audience.attend(flight.settled, signal)
      return outcome.kind === 'value' ? { kind: 'done', value: outcome.value() } : { kind: 'overtaken' }
    } catch (error) {
      // It was given up by others just before, and their reason is none of this caller's.
      if (flight.audience.hasLeft && signal?.aborted !== true) return { kind: 'again' }
      throw error
    }
  }

  /** Waits for a load of another process; when that takes too long, this read loads for itself. */
  async #await(request: EntryRequest, token: string, { call, signal, startedAt }: Turn): Promise<Step> {
    const { leaseWait, clock, waitTimeoutMs } = this.#options
    const leftMs = startedAt + waitTimeoutMs - clock.now()
    if (leftMs <= 0) return { kind: 'alone' }
    call.onDecided?.()
    this.#counts.waited(request)
    let timer: { cancel(): void } | undefined
    const timeout = new Promise<Step>((resolve) => {
      timer = clock.setTimer(leftMs, () => {
        resolve({ kind: 'alone' })
      })
    })
    const end = leaseWait.forEnd(request.key, token).then(
      (): Step => ({ kind: 'again' }),
      (): Step => ({ kind: 'alone' }),
    )
    try {
      return await attend(Promise.race([end, timeout]), signal)
    } finally {
      timer?.cancel()
    }
  }

  #refreshEarly(request: EntryRequest, slot: ValueSlot): void {
    const { earlyRefresh } = request.rules.policy
    if (earlyRefresh === false) return
    const { time, random } = this.#options
    const { freshUntil, loadedAt, loadCostMs } = slot
    const lifetime = { storedAt: loadedAt + loadCostMs, freshUntil, loadCostMs }
    if (isEarly(time.now(), lifetime, { earlyRefresh, random: random() }))
      this.#refreshInBackground(request, slot, 'early')
  }

  /** Has one load replace a value that stays servable meanwhile; nobody waits for it but `close()`. */
  #refreshInBackground(request: EntryRequest, slot: ValueSlot, reason: 'early' | 'stale'): void {
    const { background, backOff, board, time } = this.#options
    if (slot.refreshUntil > time.now() || backOff.holds(request.key) || board.isBoarding(request.key)) return
    const refresh = async (): Promise<void> => {
      const boarding = await this.#board(request, { intent: 'refresh', judged: slot.token, stale: slot })
      if (boarding?.kind !== 'lead') return
      this.#counts.refresh(request, reason)
      const { audience, settled } = boarding.flight
      // It counts as waiting, so that nobody who joins and leaves can end it.
      await audience.attend(settled, undefined)
    }
    // A loader that fails is counted, and told by a load event.
    background.add(refresh().catch(() => undefined))
  }

  async #loadAlone(request: EntryRequest, { call, signal }: Turn): Promise<unknown> {
    const { sourceFlights, lead } = this.#options
    const load = sourceFlights.load(request.key, (audience) => lead.loadUnstored(request, audience), signal)
    call.onDecided?.()
    return copyOf(await load)
  }
}

type Step =
  | { readonly kind: 'done'; readonly value: unknown }
  /** Look again: something has changed. */
  | { readonly kind: 'again' }
  /** As `again`, because the load that this read joined was overtaken. */
  | { readonly kind: 'overtaken' }
  /** Load without storing. */
  | { readonly kind: 'alone' }
