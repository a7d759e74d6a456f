import { CacheConfigError, isCacheError } from '../errors.ts'
import type { CounterSink } from './counter.ts'
import type { CounterStore } from './counter-store.ts'

/** What seeding takes. */
export interface SeederOptions {
  readonly store: CounterStore
  readonly seed: (params: unknown) => unknown
  readonly sink: CounterSink | undefined
  readonly shard: string
}

/** Reads counts from the source, once per counter at a time, and puts them into Redis with what the source lacks. */
export class Seeder {
  readonly #options: SeederOptions
  readonly #running = new Map<string, Promise<number>>()

  constructor(options: SeederOptions) {
    this.#options = options
  }

  /** The count after seeding; first touches at the same moment share one read of the source. */
  seed(name: string, field: string, params: unknown): Promise<number> {
    const shared = this.#running.get(name)
    if (shared !== undefined) return shared
    const own = this.#seed(name, field, params).finally(() => this.#running.delete(name))
    this.#running.set(name, own)
    return own
  }

  /** The source's count. */
  async fromSource(params: unknown): Promise<number> {
    return (await this.#read(params)).value
  }

  /** The source's count where Redis is the trouble; the error otherwise. */
  fallBack(error: unknown, params: unknown): Promise<number> {
    return isCacheError(error) && error.code !== 'E_CACHE_CONFIG'
      ? this.fromSource(params)
      : Promise.reject(error as Error)
  }

  async #seed(name: string, field: string, params: unknown): Promise<number> {
    const { store, sink, shard } = this.#options
    for (;;) {
      const state = await store.state()
      const found = await this.#read(params)
      const applied = found.applied ?? (sink === undefined ? 0 : await sink.lastApplied(shard))
      const count = await store.seed(name, field, { value: found.value, applied, state })
      if (count !== undefined) return count
    }
  }

  async #read(params: unknown): Promise<{ readonly value: number; readonly applied: number | undefined }> {
    const found = await this.#options.seed(params)
    const seed =
      typeof found === 'object' && found !== null
        ? (found as { value?: unknown; applied?: unknown })
        : { value: found }
    if (!Number.isSafeInteger(seed.value))
      throw new CacheConfigError('seed', 'must return a whole number, or { value, applied }')
    return {
      value: seed.value as number,
      applied: Number.isSafeInteger(seed.applied) ? (seed.applied as number) : undefined,
    }
  }
}
