import type { EventBus, MissReason, StaleReason } from '../observability/events.ts'
import type { EntryRequest } from './entry-request.ts'

/** Counts what reads come to, and tells it to those who listen. */
export class ReadCounts {
  readonly #events: EventBus

  constructor(events: EventBus) {
    this.#events = events
  }

  hit({ rules }: Pick<EntryRequest, 'rules'>, tier: 'redis' | 'memory'): void {
    rules.counters.hits += 1
    if (tier === 'memory') rules.counters.memoryHits += 1
    if (this.#events.has('hit')) this.#events.emit('hit', { definition: rules.name, tier })
  }

  /** A stale value was handed out while it is loaded again. */
  staleHit(request: EntryRequest): void {
    request.rules.counters.staleHits += 1
    this.#stale(request, 'revalidate')
  }

  /** A stale value stood in for a load. */
  fallback(request: EntryRequest, reason: StaleReason): void {
    request.rules.counters.staleFallbacks += 1
    this.#stale(request, reason)
  }

  miss({ rules }: EntryRequest, reason: MissReason): void {
    rules.counters.misses += 1
    if (this.#events.has('miss')) this.#events.emit('miss', { definition: rules.name, reason })
  }

  joined({ rules }: EntryRequest): void {
    rules.counters.joined += 1
    if (this.#events.has('joined')) this.#events.emit('joined', { definition: rules.name })
  }

  waited({ rules }: EntryRequest): void {
    rules.counters.waited += 1
    if (this.#events.has('waited')) this.#events.emit('waited', { definition: rules.name })
  }

  refresh({ rules }: EntryRequest, reason: 'early' | 'stale'): void {
    rules.counters.refreshes += 1
    if (this.#events.has('refresh')) this.#events.emit('refresh', { definition: rules.name, reason })
  }

  #stale({ rules }: EntryRequest, reason: StaleReason): void {
    if (this.#events.has('stale')) this.#events.emit('stale', { definition: rules.name, reason })
  }
}
