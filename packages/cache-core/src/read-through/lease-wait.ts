import { decodeSlot, type Slot } from '../envelope/slot.ts'
import type { EntryStore } from '../store/entry-store.ts'
import { delay, type Clock } from '../time/clock.ts'
import type { ServerTime } from '../time/server-time.ts'

const firstPollMs = 5
const longestPollMs = 100
const growth = 1.5

/**
 * Waits for loads of other processes by polling with back-off, once per lease for all callers of this process. A wait
 * ends when the lease is no longer in the slot (stored, released, lapsed or voided), so its callers read again.
 */
export class LeaseWait {
  readonly #store: EntryStore
  readonly #clock: Clock
  readonly #time: ServerTime
  readonly #waits = new Map<string, Promise<void>>()

  constructor(store: EntryStore, clock: Clock, time: ServerTime) {
    this.#store = store
    this.#clock = clock
    this.#time = time
  }

  /** Resolves when the lease has left the slot. @throws {CacheError} when Redis could not be asked. */
  forEnd(key: string, token: string): Promise<void> {
    const id = `${token}${key}`
    const shared = this.#waits.get(id)
    if (shared !== undefined) return shared
    const wait = this.#poll(key, token).finally(() => this.#waits.delete(id))
    this.#waits.set(id, wait)
    return wait
  }

  async #poll(key: string, token: string): Promise<void> {
    for (let pauseMs = firstPollMs; ; pauseMs = Math.min(longestPollMs, pauseMs * growth)) {
      await delay(this.#clock, pauseMs)
      const slot = decodeSlot((await this.#store.read(key, [])).slot)
      if (slot.kind === 'lease' ? slot.token !== token : !this.#isRefreshing(slot, token)) return
    }
  }

  /** Whether the value is still being replaced under that lease. */
  #isRefreshing(slot: Slot, token: string): boolean {
    return slot.kind === 'value' && slot.refreshToken === token && slot.refreshUntil > this.#time.now()
  }
}
