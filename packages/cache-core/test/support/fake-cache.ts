import type { CacheEventListener, CacheEventName, CacheEvents, CacheStats } from '../../src/index.ts'
import type { ObservedCache } from '../../src/metrics/observed-caches.ts'
import { EventBus } from '../../src/observability/events.ts'
import {
  createDefinitionCounters,
  definitionStats,
  sumCounters,
  type DefinitionStats,
} from '../../src/observability/stats.ts'

/** A cache of which the test says what it has counted. */
export class FakeCache implements ObservedCache {
  readonly namespace: string
  readonly #events: EventBus
  readonly #stats: CacheStats

  constructor(namespace: string, stats: CacheStats) {
    this.namespace = namespace
    this.#events = new EventBus(namespace)
    this.#stats = stats
  }

  stats(): CacheStats {
    return this.#stats
  }

  on<Name extends CacheEventName>(name: Name, listener: CacheEventListener<Name>): () => void {
    return this.#events.on(name, listener)
  }

  emit<Name extends CacheEventName>(name: Name, event: CacheEvents[Name]): void {
    this.#events.emit(name, event)
  }

  /** Whether anybody listens to that event. */
  isHeard(name: CacheEventName): boolean {
    return this.#events.has(name)
  }
}

/** Counts of a definition: each field has a number of its own, from `first` on, so that none can stand for another. */
export function distinctCounts(first: number): DefinitionStats {
  const counters = createDefinitionCounters()
  for (const [index, name] of (Object.keys(counters) as (keyof typeof counters)[]).entries()) {
    counters[name] = first + index
  }
  return definitionStats(counters)
}

type Definitions = Readonly<Record<string, DefinitionStats>>

/** Statistics of a cache with these definitions, an open breaker and no near tier. */
export function fakeStatsWithoutMemory(definitions: Definitions): Omit<Required<CacheStats>, 'memory'> {
  return {
    ...definitionStats(sumCounters(Object.values(definitions))),
    invalidations: 21,
    invalidationsFailed: 22,
    invalidationsQueued: 23,
    storeErrors: 24,
    breaker: 'open',
    definitions,
  }
}

/** The same with a near tier that is passed by: every field is there. */
export function fakeStats(definitions: Definitions): Required<CacheStats> {
  return {
    ...fakeStatsWithoutMemory(definitions),
    memory: { entries: 31, bytes: 32, evictions: 33, bypassed: true },
  }
}
