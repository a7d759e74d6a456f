import { CacheConfigError, CacheStoreError, isCacheError } from '../errors.ts'
import { createKeyBuilder, type KeyBuilder } from '../keys/define-key.ts'
import type { ParsedTemplate } from '../keys/template.ts'
import type { EventBus } from '../observability/events.ts'
import type { KeyNames } from '../store/key-names.ts'
import type { Clock } from '../time/clock.ts'
import { finiteDurationToMs } from '../time/duration.ts'
import type { Counter, CounterOptions } from './counter.ts'
import type { CounterStore, OpenCounterStore } from './counter-store.ts'
import { Flusher } from './flusher.ts'
import { Seeder } from './seeder.ts'

/** A counter that the cache closes with itself. */
export interface ManagedCounter extends Counter<unknown> {
  close(): Promise<void>
}

/** What counters need of their cache. */
export interface CounterTools {
  /** `undefined` when the cache is switched off. */
  readonly open: OpenCounterStore | undefined
  readonly names: KeyNames
  readonly clock: Clock
  readonly events: EventBus
}

/** Makes the counters of a template. @throws {CacheConfigError} naming the bad option. */
export function createCounter(
  options: CounterOptions<string>,
  parsed: ParsedTemplate,
  tools: CounterTools,
): ManagedCounter {
  if (typeof options.seed !== 'function')
    throw new CacheConfigError('seed', 'must be a function that reads the count')
  const everyMs = options.flushEvery === undefined ? 0 : finiteDurationToMs(options.flushEvery, 'flushEvery')
  if (everyMs > 0 && options.sink === undefined)
    throw new CacheConfigError('flushEvery', 'needs a sink to flush to')
  if (tools.open === undefined) return createSourceCounter(options)
  const key = createKeyBuilder<unknown>(parsed)
  const store = tools.open(parsed, {
    hasSink: options.sink !== undefined,
    floor: options.allowNegative === true ? -Infinity : 0,
  })
  const shard = options.key.replace(/[{}[\]]/g, '')
  const flusher =
    options.sink &&
    new Flusher({
      store,
      sink: options.sink,
      key,
      shard,
      everyMs,
      clock: tools.clock,
      onError: (error) => {
        if (isCacheError(error)) tools.events.emit('storeError', { operation: 'flush', error })
        else
          tools.events.emit('warning', {
            message: `flushing the counters '${options.key}' failed; it will be tried again`,
          })
      },
    })
  const seeder = new Seeder({
    store,
    seed: options.seed as (params: unknown) => unknown,
    sink: options.sink,
    shard,
  })
  return new StoredCounter({
    name: options.key,
    key: (params) => wholeKey(key, params),
    names: tools.names,
    store,
    seeder,
    flusher,
  })
}

/** The key, whose parameters can be told from it: a value that is hashed could not be given to the sink. */
function wholeKey(key: KeyBuilder<unknown>, params: unknown): string {
  const built = key.build(params)
  if (/(?:^|:)%h/.test(built))
    throw new CacheConfigError('params', 'has a value of more than 128 characters, which no counter can have')
  return built
}

interface StoredCounterParts {
  readonly name: string
  readonly key: (params: unknown) => string
  readonly names: KeyNames
  readonly store: CounterStore
  readonly seeder: Seeder
  readonly flusher: Flusher | undefined
}

class StoredCounter implements ManagedCounter {
  readonly name: string
  readonly #parts: StoredCounterParts

  constructor(parts: StoredCounterParts) {
    this.name = parts.name
    this.#parts = parts
  }

  async increment(params: unknown, by = 1): Promise<number> {
    if (!Number.isSafeInteger(by)) throw new CacheConfigError('by', 'must be a whole number')
    const { store, seeder, names } = this.#parts
    const field = this.#parts.key(params)
    const name = names.entry(field)
    for (;;) {
      const count = await store.add(name, field, by)
      if (count !== undefined) return count
      await seeder.seed(name, field, params)
    }
  }

  decrement(params: unknown, by = 1): Promise<number> {
    return this.increment(params, -by)
  }

  async get(params: unknown): Promise<number> {
    const [count = 0] = await this.getMany([params])
    return count
  }

  async getMany(params: readonly unknown[]): Promise<number[]> {
    if (params.length === 0) return []
    const { store, seeder, names, key } = this.#parts
    const fields = params.map(key)
    const counts = await store.read(fields.map((field) => names.entry(field))).catch((error: unknown) => {
      if (isCacheError(error)) return undefined
      throw error
    })
    return Promise.all(
      params.map(async (one, index) => {
        const field = fields[index] ?? ''
        if (counts === undefined) return seeder.fromSource(one)
        return (
          counts[index] ??
          seeder.seed(names.entry(field), field, one).catch((error: unknown) => seeder.fallBack(error, one))
        )
      }),
    )
  }

  async reset(params: unknown): Promise<void> {
    await this.#parts.store.forget(this.#parts.names.entry(this.#parts.key(params)))
  }

  async flush(): Promise<number> {
    return this.#parts.flusher === undefined ? 0 : this.#parts.flusher.flush()
  }

  async pending(): Promise<number> {
    return this.#parts.flusher === undefined ? 0 : this.#parts.store.pending()
  }

  async close(): Promise<void> {
    await this.#parts.flusher?.close()
  }
}

/** Counters of a cache that is switched off: they show the source and cannot be changed here. */
function createSourceCounter(options: CounterOptions<string>): ManagedCounter {
  const seed = options.seed as (
    params: unknown,
  ) => number | { value: number } | Promise<number | { value: number }>
  const get = async (params: unknown): Promise<number> => {
    const found = await seed(params)
    return typeof found === 'number' ? found : found.value
  }
  const refuse = (): Promise<never> =>
    Promise.reject(new CacheStoreError('counter', 'the cache is switched off: write the count to the source'))
  return {
    name: options.key,
    get,
    getMany: (params) => Promise.all(params.map(get)),
    increment: refuse,
    decrement: refuse,
    reset: () => Promise.resolve(),
    flush: () => Promise.resolve(0),
    pending: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  }
}
