import { leaseText, softened, withFreshUntil, withoutRefresh, withRefresh } from '../envelope/edit-slot.ts'
import { decodeSlot, noEpoch, type Slot } from '../envelope/slot.ts'
import { createToken } from '../envelope/token.ts'
import type {
  AcquireRequest,
  AcquireResult,
  Barrier,
  BarrierTargets,
  EntryStore,
  ExpireRequest,
  InvalidationMode,
  Lease,
  SettleRequest,
  SettleResult,
  SlotQuestion,
  SlotRead,
  SweepOptions,
  SweepPage,
} from '../store/entry-store.ts'
import { leaseMs } from '../store/lifetimes.ts'
import { markersAllow } from '../store/marker.ts'
import { MemoryBarriers } from './memory-barriers.ts'
import type { ResolvedMemoryLimits } from '../memory/memory-limits.ts'
import { MemoryMarkers } from './memory-markers.ts'
import { MemorySlots } from './memory-slots.ts'
import { sweepPages } from './sweep-pages.ts'

/** What a {@link MemoryStore} is made of. */
export interface MemoryStoreOptions {
  readonly limits: ResolvedMemoryLimits
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Told of a value that has no room even alone. */
  readonly onTooLarge?: () => void
}

/**
 * Entries in the memory of this process, by the same protocol as in Redis: what a script is there is one synchronous step
 * here. Each store is alone: no other shares its entries, and no connection of it can fail.
 */
export class MemoryStore implements EntryStore {
  readonly tier = 'memory'
  readonly isInOrder = true
  readonly epoch: string = noEpoch
  readonly slots: MemorySlots
  readonly #now: () => number
  readonly #onTooLarge: () => void
  readonly #markers: MemoryMarkers
  readonly #keyBarriers: MemoryBarriers
  readonly #tagBarriers: MemoryBarriers

  constructor({ limits, now, onTooLarge = () => undefined }: MemoryStoreOptions) {
    this.#now = now
    this.#onTooLarge = onTooLarge
    this.slots = new MemorySlots(limits, now)
    this.#markers = new MemoryMarkers(now)
    this.#keyBarriers = new MemoryBarriers(now)
    this.#tagBarriers = new MemoryBarriers(now)
  }

  trust(): undefined {
    return undefined
  }

  read(key: string, tags: readonly string[]): Promise<SlotRead> {
    return Promise.resolve(this.#read(key, tags))
  }

  readMany(reads: readonly SlotQuestion[]): Promise<readonly SlotRead[]> {
    return Promise.resolve(reads.map(({ key, tags }) => this.#read(key, tags)))
  }

  acquire(request: AcquireRequest): Promise<AcquireResult> {
    return Promise.resolve(this.#acquire(request))
  }

  renew(lease: Lease): Promise<boolean> {
    const text = this.slots.get(lease.key)
    if (text === null || !holds(decodeSlot(text), lease)) return Promise.resolve(false)
    if (text.startsWith('L')) this.slots.set(lease.key, text, leaseMs)
    else this.slots.replace(lease.key, withRefresh(text, lease.token, this.#now() + leaseMs))
    return Promise.resolve(true)
  }

  settle(request: SettleRequest): Promise<SettleResult> {
    return Promise.resolve(this.#settle(request))
  }

  expire({ key, token, freshMs, lifeMs }: ExpireRequest): Promise<boolean> {
    const text = this.slots.get(key)
    const slot = decodeSlot(text)
    if (text === null || slot.kind !== 'value' || slot.token !== token) return Promise.resolve(false)
    this.slots.set(key, withFreshUntil(text, this.#now() + freshMs), lifeMs)
    return Promise.resolve(true)
  }

  invalidateKeys(keys: readonly string[], mode: InvalidationMode): Promise<number> {
    return Promise.resolve(keys.filter((key) => this.#invalidate(key, mode)).length)
  }

  invalidateTags(tags: readonly string[], mode: InvalidationMode): Promise<void> {
    this.#markers.invalidate(tags, mode)
    return Promise.resolve()
  }

  bar({ keys, tags }: BarrierTargets, { writer, lifeMs, own = '' }: Barrier): Promise<number> {
    let removed = 0
    for (const key of keys) {
      if (this.#clear(key, own)) removed += 1
      this.#keyBarriers.set(key, writer, lifeMs)
    }
    for (const tag of tags) this.#tagBarriers.set(tag, writer, lifeMs)
    if (tags.length > 0) this.#markers.invalidate(tags, 'hard')
    return Promise.resolve(removed)
  }

  async *sweep(glob: string, { wanted, mode }: SweepOptions): AsyncIterable<SweepPage> {
    for await (const names of sweepPages(this.slots.names(), glob)) {
      const found = names.filter((name) => this.slots.get(name) !== null)
      const invalidated = found.filter(
        (name) => wanted(name) && (mode === 'count' || this.#invalidate(name, mode)),
      )
      yield { scanned: found.length, removed: invalidated.length }
    }
  }

  /** Empties a slot but for the writer's `own` lease, also one that lay in a value; whether there was anything else. */
  #clear(key: string, own: string): boolean {
    const slot = decodeSlot(this.slots.get(key))
    if (own !== '' && slot.kind === 'value' && slot.refreshToken === own) {
      this.slots.set(key, leaseText(own, slot.generation), Math.max(1, slot.refreshUntil - this.#now()))
      return true
    }
    const isOwn = own !== '' && slot.kind === 'lease' && slot.token === own
    return !isOwn && this.slots.delete(key)
  }

  #read(key: string, tags: readonly string[]): SlotRead {
    return { slot: this.slots.get(key), markers: tags.map((tag) => this.#markers.text(tag)) }
  }

  #acquire({ key, tags, judged, intent }: AcquireRequest): AcquireResult {
    if (this.#isBarred(key, tags)) return { outcome: 'barred' }
    const text = this.slots.get(key)
    const slot = decodeSlot(text)
    if (slot.kind === 'foreign') return { outcome: 'foreign' }
    if (slot.kind === 'value' && text !== null) {
      if (intent === 'claim') return this.#refresh(key, text)
      if (slot.token !== judged) return { outcome: 'value' }
      if (intent === 'refresh') {
        if (slot.refreshUntil > this.#now()) return { outcome: 'held', token: slot.refreshToken }
        return this.#refresh(key, text)
      }
    } else if (slot.kind === 'lease' && intent !== 'claim' && slot.token !== judged) {
      return { outcome: 'held', token: slot.token }
    }
    const lease = this.#lease(key, 'lease')
    this.slots.set(key, leaseText(lease.token, lease.generation), leaseMs)
    return { outcome: 'leased', lease }
  }

  /** Puts a lease into the header of a value, which must not expire under the load that replaces it. */
  #refresh(key: string, text: string): AcquireResult {
    const lease = this.#lease(key, 'refresh')
    this.slots.replace(key, withRefresh(text, lease.token, this.#now() + leaseMs), 2 * leaseMs)
    return { outcome: 'leased', lease }
  }

  #lease(key: string, mode: Lease['mode']): Lease {
    return { key, token: createToken(), mode, generation: this.#markers.generation, epoch: this.epoch }
  }

  #settle({ lease, action, tags, lifeMs, slot }: SettleRequest): SettleResult {
    const text = this.slots.get(lease.key)
    if (text === null || !holds(decodeSlot(text), lease)) return 'void'
    const isGood = action === 'release' || this.#isGood(lease, tags)
    if (!isGood || action === 'release' || action === 'skip') {
      if (text.startsWith('L')) this.slots.delete(lease.key)
      else this.slots.replace(lease.key, withoutRefresh(text))
      return isGood ? 'ok' : 'void'
    }
    if (action === 'remove') this.slots.delete(lease.key)
    else if (!this.slots.set(lease.key, slot, lifeMs)) {
      this.#onTooLarge()
      return 'void'
    }
    return 'ok'
  }

  /** Whether nothing came between that makes what was loaded worthless. */
  #isGood({ key, epoch, generation }: Lease, tags: readonly string[]): boolean {
    const markers = tags.map((tag) => this.#markers.text(tag))
    return epoch === this.epoch && markersAllow(markers, generation) && !this.#isBarred(key, tags)
  }

  #isBarred(key: string, tags: readonly string[]): boolean {
    return this.#keyBarriers.stands(key) || tags.some((tag) => this.#tagBarriers.stands(tag))
  }

  /** Whether there was something. */
  #invalidate(key: string, mode: InvalidationMode): boolean {
    const text = this.slots.get(key)
    if (text === null) return false
    if (mode === 'hard' || decodeSlot(text).kind !== 'value') this.slots.delete(key)
    else this.slots.replace(key, softened(text, createToken(), this.#now()))
    return true
  }
}

/** Whether the slot still holds this very lease. */
function holds(slot: Slot, { mode, token }: Lease): boolean {
  // A barrier takes away the value that the lease of its own writer lay in, and leaves the lease.
  if (slot.kind === 'lease') return slot.token === token
  return mode === 'refresh' && slot.kind === 'value' && slot.refreshToken === token
}
