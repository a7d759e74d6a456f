import type { AcquireResult, Lease } from '../store/entry-store.ts'
import type { Flight } from './flight.ts'
import { PassingMap } from './passing-map.ts'

/** What a caller that wanted to load is told. */
export type Boarding =
  /** The load is this caller's own. */
  | { readonly kind: 'lead'; readonly flight: Flight }
  /** Another caller of this process got the lease after this one had asked for it: its load may be joined. */
  | { readonly kind: 'join'; readonly flight: Flight }
  | { readonly kind: 'again' }
  | { readonly kind: 'held'; readonly token: string }
  /** Nothing may be stored: load without. */
  | { readonly kind: 'alone' }

/**
 * The loads of this process by key. A flight may be joined only by callers that saw its own lease in the slot, or that
 * wanted to load before it began: a flight that an invalidation overtook is no longer seen there.
 */
export class FlightBoard {
  readonly #flights = new PassingMap<Flight>()
  readonly #boarding = new PassingMap<Promise<Boarding>>()

  /** The flight that holds the lease which the caller saw in the slot. */
  find(key: string, token: string): Flight | undefined {
    const flight = this.#flights.get(key)
    return flight?.lease.token === token ? flight : undefined
  }

  /** Whether a lease for `key` is being asked for at this moment. */
  isBoarding(key: string): boolean {
    return this.#boarding.get(key) !== undefined
  }

  /** Takes the lease and starts a load, once for all callers that want to at this moment. */
  async board(
    key: string,
    acquire: () => Promise<AcquireResult>,
    start: (lease: Lease) => Flight,
  ): Promise<Boarding> {
    const others = this.#boarding.get(key)
    if (others !== undefined) {
      const boarding = await others
      return boarding.kind === 'lead' ? { kind: 'join', flight: boarding.flight } : boarding
    }
    const own = this.#board(key, acquire, start)
    this.#boarding.set(key, own)
    try {
      return await own
    } finally {
      if (this.#boarding.get(key) === own) this.#boarding.delete(key)
    }
  }

  /** Lets nobody join the load of `key` any more. */
  detach(key: string): void {
    this.#flights.delete(key)
    this.#boarding.delete(key)
  }

  /** Lets nobody join the loads that are meant. */
  detachWhere(isMeant: (flight: Flight) => boolean): void {
    for (const [key, flight] of this.#flights.entries()) if (isMeant(flight)) this.detach(key)
  }

  async #board(
    key: string,
    acquire: () => Promise<AcquireResult>,
    start: (lease: Lease) => Flight,
  ): Promise<Boarding> {
    const result = await acquire()
    switch (result.outcome) {
      case 'leased': {
        const flight = start(result.lease)
        this.#flights.set(key, flight)
        const land = (): void => {
          if (this.#flights.get(key) === flight) this.#flights.delete(key)
        }
        flight.settled.then(land, land)
        return { kind: 'lead', flight }
      }
      case 'held':
        return { kind: 'held', token: result.token }
      case 'foreign':
      case 'barred':
        return { kind: 'alone' }
      case 'value':
        return { kind: 'again' }
    }
  }
}
