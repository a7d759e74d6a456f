import type { Clock } from '@vidnest/cache-core'

/** A request that was counted, as a refund needs it. */
export interface Receipt {
  /** The full name in Redis of the client's state. */
  readonly key: string
  readonly token: string
  /** Where it was counted. */
  readonly in: 'redis' | 'memory'
  /** When it counts no longer, by the clock's monotonic time. */
  readonly endsAt: number
}

/** Clients whose receipts are kept at most. */
const mostClients = 10_000
/** Receipts of one client that are kept at most: requests that are still being answered. */
const mostPerClient = 1000

/**
 * Receipts for those who name only the client, as express-rate-limit does; each is given out once, oldest first, and only
 * while it counts: one of an earlier window, whose request failed, must not stand in for a later request.
 */
export class Receipts {
  readonly #receipts = new Map<string, Receipt[]>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(receipt: Receipt): void {
    const { key } = receipt
    const receipts = this.#counting(key)
    this.#receipts.delete(key)
    this.#receipts.set(key, receipts)
    receipts.push(receipt)
    if (receipts.length > mostPerClient) receipts.shift()
    const oldest = this.#receipts.keys().next()
    if (this.#receipts.size > mostClients && oldest.done !== true) this.#receipts.delete(oldest.value)
  }

  take(key: string): Receipt | undefined {
    const receipts = this.#counting(key)
    const receipt = receipts.shift()
    if (receipts.length === 0) this.#receipts.delete(key)
    else this.#receipts.set(key, receipts)
    return receipt
  }

  #counting(key: string): Receipt[] {
    const now = this.#clock.now()
    return (this.#receipts.get(key) ?? []).filter(({ endsAt }) => endsAt > now)
  }
}
