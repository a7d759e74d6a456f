import { LRUCache } from 'lru-cache'
import type { EventBus, CacheEvents } from '../observability/events.ts'
import type { MemoryStats } from '../observability/stats.ts'
import type { Clock } from '../time/clock.ts'
import type { ServerTime } from '../time/server-time.ts'
import { Bars } from './bars.ts'
import { keyChange, type Change } from './change.ts'
import { InvalidationLog } from './invalidation-log.ts'
import type { ResolvedMemory } from './memory-options.ts'
import { entryBytes, type NearEntry, type NearValue } from './near-entry.ts'

/** What a near tier is made of. */
export interface NearTierOptions extends ResolvedMemory {
  readonly clock: Clock
  readonly time: ServerTime
  readonly events: EventBus
}

/** What a read holds while Redis is asked. */
export interface NearTicket {
  readonly number: number
  /** When it was taken. */
  readonly at: number
}

/**
 * Fresh entries in the memory of this process. It is used only while its messages are trusted, and what it holds was read
 * after every invalidation that this process has heard of:
 *
 * - An invalidation by another process, or a write, drops its targets when the message arrives.
 * - One by this process also bars its targets from its call to its acknowledgement, and drops them again at the end.
 * - A read takes a ticket before it asks Redis. If anything that concerns it is dropped meanwhile, it is not kept.
 */
export class NearTier {
  readonly #options: NearTierOptions
  readonly #entries: LRUCache<string, NearEntry>
  readonly #log = new InvalidationLog()
  readonly #bars = new Bars()
  #evictions = 0
  /** Until when its messages are trusted, unless they give another sign of life. */
  #trustedUntil = -Infinity
  #isEnded = false

  constructor(options: NearTierOptions) {
    const { maxEntries, maxBytes } = options
    this.#options = options
    this.#entries = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      dispose: (_entry, _key, reason) => {
        if (reason === 'evict') this.#evictions += 1
      },
    })
  }

  /** Whether its messages cannot be trusted at the moment. */
  get bypassed(): boolean {
    return this.#options.clock.now() >= this.#trustedUntil
  }

  get stats(): MemoryStats {
    const { size, calculatedSize } = this.#entries
    return { entries: size, bytes: calculatedSize, evictions: this.#evictions, bypassed: this.bypassed }
  }

  /** The entry of a definition, if it may be used. */
  find(key: string, definition: string): NearEntry | undefined {
    const now = this.#options.clock.now()
    if (now >= this.#trustedUntil) return undefined
    const entry = this.#entries.get(key)
    // What may no longer be used is left until another one takes its place, as most often happens at once.
    if (entry === undefined || entry.definition !== definition || now >= entry.until) return undefined
    return this.#log.allowsTags(entry.ticket, entry.tags) ? entry : undefined
  }

  /** How long ago the load of an entry began, and how long it is still fresh, in ms. */
  timesOf({ loadedAt, freshUntil }: NearEntry): { readonly age: number; readonly ttl: number } {
    const now = this.#options.clock.now()
    return {
      age: Math.max(0, now - loadedAt),
      ttl: freshUntil === -1 ? Infinity : Math.max(0, freshUntil - now),
    }
  }

  /** Takes a ticket, before Redis is asked; give it back with {@link close}. */
  open(): NearTicket {
    return { number: this.#log.open(), at: this.#options.clock.now() }
  }

  close(): void {
    this.#log.close()
  }

  /** Keeps what was read under the ticket, unless it was dropped, or is barred, meanwhile. */
  keep(key: string, value: NearValue, ticket: NearTicket): void {
    if (this.#allows(key, value, ticket)) this.#store(key, value, ticket)
  }

  /** The same for what was just stored: reads that are under way may have seen what it replaced. */
  keepNewer(key: string, value: NearValue, ticket: NearTicket): void {
    const allowed = this.#allows(key, value, ticket)
    this.drop(keyChange(key))
    if (allowed) this.#store(key, value, ticket)
  }

  /** Forgets what has changed. */
  drop(change: Change): void {
    if (change.all) {
      this.empty()
      return
    }
    for (const key of change.keys) this.#entries.delete(key)
    this.#log.note(change)
    if (this.#log.isFull) this.#sweepLog()
  }

  /** Drops what this process is about to change, and keeps none of it until the result is called; which drops it again. */
  bar(change: Change): () => void {
    this.drop(change)
    this.#bars.raise(change)
    return () => {
      this.#bars.lift(change)
      this.drop(change)
    }
  }

  /** Forgets everything, and keeps nothing that is under way. */
  empty(): void {
    this.#entries.clear()
    this.#log.sweep()
  }

  /** A sign of life from the messages: uses the tier for as long, or again. */
  trust(forMs: number): void {
    if (this.#isEnded) return
    const now = this.#options.clock.now()
    if (now >= this.#trustedUntil) {
      // The time may have run out unnoticed.
      this.bypass('silent')
      this.empty()
      this.#tell({ bypassed: false, reason: 'trusted' })
    }
    this.#trustedUntil = now + forMs
  }

  /** Passes the tier by, and empties it, until its messages are trusted again. */
  bypass(reason: 'gap' | 'lost' | 'silent'): void {
    if (this.#trustedUntil === -Infinity) return
    this.#trustedUntil = -Infinity
    this.empty()
    this.#tell({ bypassed: true, reason })
  }

  /** Passes the tier by for good. */
  end(): void {
    this.#isEnded = true
    this.#trustedUntil = -Infinity
    this.empty()
  }

  /** Drops what waits to be found invalid by its tags, so that they need not be remembered. */
  #sweepLog(): void {
    const all = [...this.#entries.entries()]
    for (const [key, { ticket, tags }] of all)
      if (!this.#log.allowsTags(ticket, tags)) this.#entries.delete(key)
    this.#log.sweep()
  }

  #allows(key: string, { tags }: NearValue, ticket: NearTicket): boolean {
    // Trust that ran out since the ticket was taken empties the tier before it is used again.
    return (
      ticket.at < this.#trustedUntil &&
      this.#log.allows(ticket.number, key, tags) &&
      !this.#bars.stand(key, tags)
    )
  }

  #store(key: string, value: NearValue, ticket: NearTicket): void {
    const { time, ttlMs, freeze } = this.#options
    const { codec, payload, definition, tags, loadedAt, freshUntil, usableUntil } = value
    // Its life begins when Redis was asked: the answer may have waited long for a process that was frozen.
    const until = Math.floor(Math.min(ticket.at + ttlMs, time.toOwn(usableUntil)))
    if (until <= ticket.at) return
    const entry: NearEntry = {
      content: payload,
      codec,
      isCopied: !freeze,
      definition,
      tags,
      ticket: ticket.number,
      until,
      loadedAt: Math.floor(time.toOwn(loadedAt)),
      freshUntil: freshUntil === Infinity ? -1 : Math.floor(time.toOwn(freshUntil)),
    }
    // An object takes about as much again as its text.
    this.#entries.set(key, entry, { size: entryBytes(key, value) * (freeze ? 2 : 1) })
  }

  #tell(event: CacheEvents['nearTier']): void {
    if (this.#options.events.has('nearTier')) this.#options.events.emit('nearTier', event)
  }
}
