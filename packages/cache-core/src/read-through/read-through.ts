import type { ValueSlot } from '../envelope/slot.ts'
import type { Flight } from '../flight/flight.ts'
import type { Boarding, FlightBoard } from '../flight/flight-board.ts'
import type { SourceFlights } from '../flight/source-flights.ts'
import { isCacheError } from '../errors.ts'
import type { EventBus, MissReason } from '../observability/events.ts'
import type { AcquireResult, EntryStore, Lease } from '../store/entry-store.ts'
import type { Clock } from '../time/clock.ts'
import type { EntryRequest } from './entry-request.ts'
import type { Judge, Verdict } from './judge.ts'
import type { Lead } from './lead.ts'
import type { LeaseWait } from './lease-wait.ts'
import { copyOf, type LoadResult } from './run-loader.ts'

/** How one read is done. */
export interface ReadCall {
  readonly signal: AbortSignal | undefined
  readonly fresh: boolean
}

/** What reading through is made of. */
export interface ReadThroughOptions {
  readonly store: EntryStore
  readonly judge: Judge
  readonly lead: Lead
  readonly board: FlightBoard
  readonly sourceFlights: SourceFlights<LoadResult>
  readonly leaseWait: LeaseWait
  readonly events: EventBus
  readonly clock: Clock
  readonly waitTimeoutMs: number
  /** Whether what Redis holds may be believed: not while invalidations wait to be done. */
  readonly trusts: () => boolean
}

/** A read whose load was overtaken this often loads for itself. */
const mostRestarts = 2

type Look = Verdict | { readonly kind: 'unreachable' }

/**
 * Cache-aside, so that an invalidated value never comes back:
 *
 * 1. Look: the slot and its markers, in one round trip. A usable value is a hit.
 * 2. A lease in the slot means that somebody loads. If it is a load of this process, seen by its own lease, join it; if
 *    of another process, wait until the lease has left the slot, and look again.
 * 3. Otherwise take the lease and load. The leader has its value as soon as the loader returns; it is stored only if the
 *    slot still holds the lease, and only then do those who joined get it. Else they look again.
 * 4. Where Redis cannot be asked, or must not be written, load without storing, and share only loads that began later.
 */
export class ReadThrough {
  readonly #options: ReadThroughOptions

  constructor(options: ReadThroughOptions) {
    this.#options = options
  }

  /** The cached value if it is usable; `undefined` otherwise. */
  async get(request: EntryRequest, call: ReadCall): Promise<unknown> {
    const look = await attend(this.#look(request), call.signal)
    if (look.kind === 'hit') {
      this.#countHit(request)
      return look.value
    }
    this.#countMiss(request, missReason(look))
    return undefined
  }

  /** Whether {@link get} would find a value; counts nothing. */
  async has(request: EntryRequest): Promise<boolean> {
    return (await this.#look(request)).kind === 'hit'
  }

  /** The cached value, or the loader's. */
  async getOrSet(request: EntryRequest, call: ReadCall): Promise<unknown> {
    const startedAt = this.#options.clock.now()
    let restarts = 0
    let counted = false
    for (;;) {
      call.signal?.throwIfAborted()
      const look: Look =
        call.fresh && restarts === 0
          ? { kind: 'miss', reason: 'fresh', judged: '' }
          : await attend(this.#look(request), call.signal)
      if (!counted) {
        counted = true
        if (look.kind === 'hit') this.#countHit(request)
        else this.#countMiss(request, missReason(look))
      }
      if (look.kind === 'hit') return look.value
      if (look.kind === 'unreachable' || look.kind === 'newer' || restarts > mostRestarts) break
      const step = await this.#step(request, look, {
        ...call,
        fresh: call.fresh && restarts === 0,
        startedAt,
      })
      if (step.kind === 'done') return step.value
      if (step.kind === 'alone') break
      if (step.kind === 'overtaken') restarts += 1
    }
    return this.#loadAlone(request, call.signal)
  }

  /** One turn for a read that found nothing usable. */
  async #step(
    request: EntryRequest,
    look: Extract<Look, { kind: 'miss' | 'lease' }>,
    call: ReadCall & { readonly startedAt: number },
  ): Promise<Step> {
    if (look.kind === 'lease' && look.current) {
      const flight = this.#options.board.find(request.key, look.token)
      return flight === undefined
        ? this.#await(request, look.token, call)
        : this.#join(request, flight, call.signal)
    }
    const judged = look.kind === 'lease' ? look.token : look.judged
    const stale = look.kind === 'miss' && look.slot !== undefined ? look.slot : undefined
    const boarding = await this.#board(request, { judged, fresh: call.fresh, stale })
    switch (boarding?.kind) {
      case 'lead':
        return {
          kind: 'done',
          value: await boarding.flight.audience.attend(boarding.flight.loaded, call.signal),
        }
      case 'join':
        return this.#join(request, boarding.flight, call.signal)
      case 'held':
        return this.#await(request, boarding.token, call)
      case 'again':
        return { kind: 'again' }
      default:
        return { kind: 'alone' }
    }
  }

  async #board(
    request: EntryRequest,
    { judged, fresh, stale }: { judged: string; fresh: boolean; stale: ValueSlot | undefined },
  ): Promise<Boarding | undefined> {
    const { board, store, lead } = this.#options
    const { policy } = request.rules
    const lifeMs = Math.max(policy.ttlMs * (1 + policy.jitter), policy.negativeTtlMs)
    const acquire = (): Promise<AcquireResult> =>
      store.acquire({
        key: request.key,
        tags: request.tags,
        judged,
        intent: fresh ? 'claim' : 'load',
        lifeMs,
      })
    try {
      return await board.board(request.key, acquire, (lease: Lease) => lead.start(request, lease, stale))
    } catch (error) {
      if (isCacheError(error)) return undefined
      throw error
    }
  }

  async #join(request: EntryRequest, flight: Flight, signal: AbortSignal | undefined): Promise<Step> {
    const { events } = this.#options
    request.rules.counters.joined += 1
    if (events.has('joined')) events.emit('joined', { definition: request.rules.name })
    const outcome = await flight.audience.attend(flight.settled, signal)
    return outcome.kind === 'value' ? { kind: 'done', value: outcome.value() } : { kind: 'overtaken' }
  }

  /** Waits for a load of another process; when that takes too long, this read loads for itself. */
  async #await(
    request: EntryRequest,
    token: string,
    call: ReadCall & { readonly startedAt: number },
  ): Promise<Step> {
    const { leaseWait, clock, waitTimeoutMs } = this.#options
    const leftMs = call.startedAt + waitTimeoutMs - clock.now()
    if (leftMs <= 0) return { kind: 'alone' }
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
      return await attend(Promise.race([end, timeout]), call.signal)
    } finally {
      timer?.cancel()
    }
  }

  async #look(request: EntryRequest): Promise<Look> {
    const { trusts, judge } = this.#options
    if (!trusts()) return { kind: 'unreachable' }
    try {
      return await judge.look(request)
    } catch (error) {
      if (isCacheError(error)) return { kind: 'unreachable' }
      throw error
    }
  }

  async #loadAlone(request: EntryRequest, signal: AbortSignal | undefined): Promise<unknown> {
    const { sourceFlights, lead } = this.#options
    const result = await attend(
      sourceFlights.load(request.key, () => lead.loadUnstored(request)),
      signal,
    )
    return copyOf(result)
  }

  #countHit(request: EntryRequest): void {
    request.rules.counters.hits += 1
    const { events } = this.#options
    if (events.has('hit')) events.emit('hit', { definition: request.rules.name, tier: 'redis' })
  }

  #countMiss(request: EntryRequest, reason: MissReason): void {
    request.rules.counters.misses += 1
    const { events } = this.#options
    if (events.has('miss')) events.emit('miss', { definition: request.rules.name, reason })
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

function missReason(look: Look): MissReason {
  if (look.kind === 'miss') return look.reason
  if (look.kind === 'newer') return 'version'
  return look.kind === 'unreachable' ? 'unreachable' : 'absent'
}

async function attend<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort)
    })
  })
}
