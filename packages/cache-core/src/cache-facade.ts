import type {
  AdHocOptions,
  Cache,
  CacheHealth,
  GuardOptions,
  WarmEntry,
  WarmOptions,
  WarmReport,
} from './cache.ts'
import { checkOptions } from './check-options.ts'
import { createCounter, type ManagedCounter } from './counters/create-counter.ts'
import type { Counter, CounterOptions } from './counters/counter.ts'
import type { OpenCounterStore } from './counters/counter-store.ts'
import { createDefinition } from './create-definition.ts'
import type { AnyDefinitionOptions } from './definition-requests.ts'
import type { Definition } from './definition.ts'
import { assertOpen, type Engine } from './engine.ts'
import { CacheConfigError } from './errors.ts'
import type { InvalidateOptions, InvalidateTarget, InvalidationReport } from './invalidation/target.ts'
import type { ParamsOf } from './keys/params.ts'
import { parseTemplate, templatesOverlap, type ParsedTemplate } from './keys/template.ts'
import type { Loader } from './load-context.ts'
import type { CacheEventListener, CacheEventName } from './observability/events.ts'
import type { CacheStats, MemoryStats } from './observability/stats.ts'
import { checkTags } from './read-through/run-loader.ts'
import type { NearConnection } from './bus/connect-near-tier.ts'
import type { StoreConnection } from './redis/connect-store.ts'
import { guardMs } from './store/lifetimes.ts'
import { finiteDurationToMs } from './time/duration.ts'
import type { Clock } from './time/clock.ts'
import { warm } from './warm.ts'

/** A store with what belongs to it. */
export interface CacheConnection extends StoreConnection {
  /** `undefined` when the cache is switched off. */
  readonly counters: OpenCounterStore | undefined
  /** What is held in memory, where that is the store. */
  readonly memory?: () => MemoryStats
}

/** What the facade needs beside the engine. */
export interface FacadeParts {
  readonly connection: CacheConnection
  readonly near: NearConnection
  readonly clock: Clock
  readonly state: { closed: boolean }
}

const adHocName = 'ad-hoc'
const adHocOptions: readonly (keyof AdHocOptions<unknown>)[] = [
  'policy',
  'tags',
  'valueTags',
  'codec',
  'compression',
  'maxValueBytes',
  'signal',
  'fresh',
]
const longestKey = 512

/** The public face: checks what it is given and hands it to the engine. */
export class CacheFacade implements Cache {
  readonly namespace: string
  readonly #engine: Engine
  readonly #parts: FacadeParts
  readonly #templates: ParsedTemplate[] = []
  readonly #counters: ManagedCounter[] = []
  #closing: Promise<void> | undefined

  constructor(namespace: string, engine: Engine, parts: FacadeParts) {
    this.namespace = namespace
    this.#engine = engine
    this.#parts = parts
  }

  // The interface's overloads type this; here every form is one.
  define(options: AnyDefinitionOptions): Definition<never, never> {
    checkOptions(options, Object.keys(options), 'definition')
    const parsed = this.#claimTemplate(options.key)
    const definition = createDefinition(options, parsed, this.#engine)
    this.#templates.push(parsed)
    return definition as Definition<never, never>
  }

  async getOrSet<Value>(
    key: string,
    loader: Loader<Value>,
    options: AdHocOptions<NoInfer<Value>>,
  ): Promise<Value> {
    if (typeof key !== 'string' || key === '' || key.startsWith('~') || key.length > longestKey) {
      throw new CacheConfigError(
        'key',
        `must be a text of 1 to ${String(longestKey)} characters that does not begin with '~'`,
      )
    }
    checkOptions(options, adHocOptions, 'options')
    const { policy, tags = [], valueTags, signal, fresh = false } = options
    const rules = {
      name: adHocName,
      policy: this.#engine.resolvePolicy(policy, 'policy'),
      schema: undefined,
      format: this.#engine.formats.of(options),
      version: 1,
      counters: this.#engine.recorder.counters(adHocName),
    }
    if (!fresh && signal?.aborted !== true) {
      const value = this.#engine.near?.take(key, rules)
      if (value !== undefined) return value as Value
    }
    const request = {
      rules,
      key: this.#engine.names.entry(key),
      bareKey: key,
      tags: checkTags(tags),
      valueTags: (value: unknown) => valueTags?.(value as Value) ?? [],
      load: loader,
    }
    return (await this.#engine.readThrough.getOrSet(request, { signal, fresh })) as Value
  }

  async invalidate(
    target: InvalidateTarget | readonly InvalidateTarget[],
    options?: InvalidateOptions,
  ): Promise<InvalidationReport> {
    assertOpen(this.#engine)
    return this.#engine.invalidator.invalidate(target, options)
  }

  async guard<Result>(
    targets: InvalidateTarget | readonly InvalidateTarget[],
    write: () => Result | Promise<Result>,
    options: GuardOptions = {},
  ): Promise<Result> {
    assertOpen(this.#engine)
    checkOptions(options, ['timeout'], 'options')
    const lifeMs = options.timeout === undefined ? guardMs : finiteDurationToMs(options.timeout, 'timeout')
    return this.#engine.guard.run(targets, write, { lifeMs })
  }

  counter<const Template extends string>(options: CounterOptions<Template>): Counter<ParamsOf<Template>> {
    checkOptions(options, ['key', 'seed', 'sink', 'flushEvery', 'allowNegative'], 'counter')
    const parsed = this.#claimTemplate(options.key)
    const { names, events } = this.#engine
    const counter = createCounter(options as unknown as CounterOptions<string>, parsed, {
      open: this.#parts.connection.counters,
      names,
      clock: this.#parts.clock,
      events,
    })
    this.#templates.push(parsed)
    this.#counters.push(counter)
    return counter as Counter<ParamsOf<Template>>
  }

  warm(entries: Iterable<WarmEntry>, options?: WarmOptions): Promise<WarmReport> {
    return warm(entries, options)
  }

  on<Name extends CacheEventName>(name: Name, listener: CacheEventListener<Name>): () => void {
    return this.#engine.events.on(name, listener)
  }

  stats(): CacheStats {
    const { connection, near } = this.#parts
    const memory = connection.memory?.() ?? near.tier?.stats
    const snapshot = this.#engine.recorder.snapshot({
      invalidationsQueued: this.#engine.queue.size,
      breaker: connection.gate?.breaker ?? 'closed',
    })
    return memory === undefined ? snapshot : { ...snapshot, memory }
  }

  async health(): Promise<CacheHealth> {
    const redis = await this.#parts.connection.health()
    const { tier } = this.#parts.near
    const invalidationsQueued = this.#engine.queue.size
    const works = (redis?.ready ?? true) && invalidationsQueued === 0
    return {
      status: this.#parts.state.closed ? 'down' : works ? 'up' : 'degraded',
      ...(redis && { redis }),
      ...(tier && { memory: { bypassed: tier.bypassed } }),
      invalidationsQueued,
      warnings: this.#engine.events.warnings,
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#counters.map((counter) => counter.close()))
    this.#parts.state.closed = true
    this.#parts.near.tier?.end()
    await this.#engine.background.drain()
    await this.#engine.queue.replay()
    this.#engine.queue.close()
    this.#parts.near.close()
    this.#parts.connection.detach()
  }

  #claimTemplate(template: string): ParsedTemplate {
    assertOpen(this.#engine)
    const parsed = parseTemplate(template)
    const other = this.#templates.find((earlier) => templatesOverlap(earlier, parsed))
    if (other === undefined) return parsed
    throw new CacheConfigError('key', `'${template}' and '${other.template}' can give the same key`)
  }
}
