import { LRUCache } from 'lru-cache'
import { CacheStoreError } from '../errors.ts'
import type {
  CounterRules,
  CounterSeeding,
  CounterStore,
  OpenCounterStore,
  TakenBatch,
} from './counter-store.ts'

/** Counts that are kept where a sink has them too: those used longest ago are seeded again. */
const capacity = 10_000

/** Opens counters in the memory of this process. `now` tells the milliseconds since 1970. */
export function memoryCounters(now: () => number): OpenCounterStore {
  return (_parsed, rules) => new MemoryCounterStore(rules, now)
}

/** Counting in the memory of this process, by the same steps as in Redis. */
class MemoryCounterStore implements CounterStore {
  readonly #rules: CounterRules
  readonly #now: () => number
  readonly #shown: Map<string, number> | LRUCache<string, number>
  /** Deltas not yet taken. */
  #live = new Map<string, number>()
  #batch: { readonly id: number; readonly deltas: ReadonlyMap<string, number> } | undefined
  #last = 0

  constructor(rules: CounterRules, now: () => number) {
    this.#rules = rules
    this.#now = now
    // Without a sink a count is nowhere else, so none may be forgotten.
    this.#shown = rules.hasSink ? new LRUCache<string, number>({ max: capacity }) : new Map<string, number>()
  }

  read(names: readonly string[]): Promise<(number | undefined)[]> {
    return Promise.resolve(names.map((name) => this.#shown.get(name)))
  }

  async add(name: string, field: string, by: number): Promise<number | undefined> {
    const before = this.#shown.get(name)
    if (before === undefined) return undefined
    // A count that is below the floor already may stay there, but falls no further.
    const after = Math.max(before + by, Math.min(before, this.#rules.floor))
    if (!Number.isSafeInteger(after))
      throw new CacheStoreError('counter', 'the count would leave the range of exact integers')
    this.#shown.set(name, after)
    if (this.#rules.hasSink) this.#note(field, after - before)
    return after
  }

  state(): Promise<string> {
    return Promise.resolve(this.#state)
  }

  async seed(
    name: string,
    field: string,
    { value, applied, state }: CounterSeeding,
  ): Promise<number | undefined> {
    const shown = this.#shown.get(name)
    if (shown !== undefined) return shown
    if (state !== this.#state) return undefined
    const beingApplied =
      this.#batch !== undefined && this.#batch.id > applied ? (this.#batch.deltas.get(field) ?? 0) : 0
    const count = Math.max(this.#rules.floor, value + (this.#live.get(field) ?? 0) + beingApplied)
    this.#shown.set(name, count)
    return count
  }

  forget(name: string): Promise<void> {
    this.#shown.delete(name)
    return Promise.resolve()
  }

  async take(lastApplied: number): Promise<TakenBatch | undefined> {
    if (this.#batch === undefined && this.#live.size > 0) {
      this.#last = Math.max(Math.round(this.#now() * 1000), this.#last + 1, lastApplied + 1)
      this.#batch = { id: this.#last, deltas: this.#live }
      this.#live = new Map()
    }
    return this.#batch && { id: this.#batch.id, deltas: [...this.#batch.deltas] }
  }

  acknowledge(id: number): Promise<void> {
    if (this.#batch?.id === id) this.#batch = undefined
    return Promise.resolve()
  }

  pending(): Promise<number> {
    return Promise.resolve(this.#live.size + (this.#batch?.deltas.size ?? 0))
  }

  get #state(): string {
    return `${this.#last}:${this.#batch === undefined ? 0 : 1}`
  }

  #note(field: string, by: number): void {
    const delta = (this.#live.get(field) ?? 0) + by
    if (delta === 0) this.#live.delete(field)
    else this.#live.set(field, delta)
  }
}
