import {
  createDefinitionCounters,
  definitionStats,
  sumCounters,
  type CacheStats,
  type DefinitionCounters,
} from './stats.ts'

/** The counters of one cache. */
export class Recorder {
  readonly #definitions = new Map<string, DefinitionCounters>()
  invalidations = 0
  invalidationsFailed = 0
  storeErrors = 0

  /** The counters of a definition, made at the first call. */
  counters(name: string): DefinitionCounters {
    const counters = this.#definitions.get(name) ?? createDefinitionCounters()
    this.#definitions.set(name, counters)
    return counters
  }

  /** The counts so far, with what others know of the present state. */
  snapshot(state: Pick<CacheStats, 'invalidationsQueued' | 'breaker' | 'memory'>): CacheStats {
    const definitions = [...this.#definitions].map(
      ([name, counters]) => [name, definitionStats(counters)] as const,
    )
    return {
      ...definitionStats(sumCounters(this.#definitions.values())),
      invalidations: this.invalidations,
      invalidationsFailed: this.invalidationsFailed,
      storeErrors: this.storeErrors,
      ...state,
      definitions: Object.fromEntries(definitions),
    }
  }
}
