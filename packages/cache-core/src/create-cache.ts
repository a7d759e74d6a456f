import type { Cache } from './cache.ts'
import { CacheFacade, type CacheConnection } from './cache-facade.ts'
import { checkCoherence, connectNearTier } from './bus/connect-near-tier.ts'
import { checkOptions } from './check-options.ts'
import { ValueFormats } from './codec/value-formats.ts'
import { memoryCounters } from './counters/memory-counter-store.ts'
import { redisCounters } from './counters/redis-counter-store.ts'
import { CacheConfigError } from './errors.ts'
import { resolveNearMemory, resolveOwnMemory } from './memory/memory-options.ts'
import { MemoryStore } from './memory-store/memory-store.ts'
import { EventBus } from './observability/events.ts'
import { Recorder } from './observability/recorder.ts'
import type { CacheOptions } from './options.ts'
import { connectStore, type ConnectionTools } from './redis/connect-store.ts'
import { Bulkhead } from './resilience/bulkhead.ts'
import { KeyNames } from './store/key-names.ts'
import { systemClock } from './time/clock.ts'
import { finiteDurationToMs } from './time/duration.ts'
import { ServerTime } from './time/server-time.ts'
import { wireEngine } from './wire-engine.ts'

const known = [
  'redis',
  'namespace',
  'memory',
  'policies',
  'redisTimeout',
  'onInvalidationFailure',
  'onFailover',
  'waitTimeout',
  'loaderConcurrency',
  'codec',
  'compression',
  'maxValueBytes',
  'clock',
  'enabled',
]

/**
 * Makes a cache on your ioredis client, which it leaves open; without one, a cache in the memory of this process alone.
 * @throws {CacheConfigError} naming the option that is missing, unknown or wrong.
 */
export function createCache(options: CacheOptions): Cache {
  checkOptions(options, known, 'options')
  if (typeof options.namespace !== 'string' || !/^[A-Za-z0-9._-]+$/.test(options.namespace)) {
    throw new CacheConfigError('namespace', 'must be a name of letters, digits, dots, dashes and underscores')
  }
  const onFailure = options.onInvalidationFailure ?? 'throw'
  if (onFailure !== 'throw' && onFailure !== 'queue') {
    throw new CacheConfigError('onInvalidationFailure', "must be 'throw' or 'queue'")
  }
  const waitTimeoutMs = finiteDurationToMs(options.waitTimeout ?? '10s', 'waitTimeout')
  const formats = new ValueFormats(options)
  const nearMemory = isAlone(options) ? undefined : resolveNearMemory(options.memory)
  checkCoherence(nearMemory, options)
  const clock = options.clock ?? systemClock
  const state = { closed: false }
  const events = new EventBus(options.namespace)
  const tools = { clock, events, recorder: new Recorder(), time: new ServerTime(clock) }
  const connection = connect(options, tools)
  const near = connectNearTier(nearMemory, connection, tools)
  const { store, names } = connection
  const bulkhead = new Bulkhead({
    limit: checkConcurrency(options.loaderConcurrency),
    answers: () => connection.answers(),
  })
  const engine = wireEngine({
    ...tools,
    store,
    names,
    onFailure,
    waitTimeoutMs,
    policies: options.policies ?? {},
    formats,
    nearTier: near.tier,
    announcer: near.announcer,
    bulkhead,
    isClosed: () => state.closed,
  })
  connection.onAnswering(() => {
    void engine.queue.replay()
    bulkhead.admit()
  })
  return new CacheFacade(options.namespace, engine, { connection, near, clock, state })
}

/** The store that the options ask for, with what belongs to it. */
function connect(options: CacheOptions, tools: ConnectionTools): CacheConnection {
  if (isAlone(options)) return connectMemory(options, tools)
  const connection = connectStore(options, tools)
  const { gate, names } = connection
  return { ...connection, counters: gate && redisCounters(gate, names) }
}

/** Whether the cache lives in memory alone. */
function isAlone(options: CacheOptions): boolean {
  // An option that is there but undefined is more likely a client that was forgotten than a wish for none.
  return options.enabled !== false && !('redis' in options)
}

/** A store in memory: always there, and nothing to take down. */
function connectMemory(options: CacheOptions, { time, events }: ConnectionTools): CacheConnection {
  const store = new MemoryStore({
    limits: resolveOwnMemory(options.memory),
    now: () => time.now(),
    onTooLarge: () => events.warn('a value is larger than memory.maxBytes and is never kept'),
  })
  return {
    store,
    names: new KeyNames(options.namespace, false),
    gate: undefined,
    counters: memoryCounters(() => time.now()),
    memory: () => ({ ...store.slots.usage, bypassed: false }),
    answers: () => true,
    onAnswering: () => undefined,
    onEpoch: () => undefined,
    health: () => Promise.resolve(undefined),
    detach: () => undefined,
  }
}

function checkConcurrency(loaderConcurrency: number | undefined): number | undefined {
  if (loaderConcurrency === undefined || (Number.isInteger(loaderConcurrency) && loaderConcurrency > 0))
    return loaderConcurrency
  throw new CacheConfigError('loaderConcurrency', 'must be a whole number above 0')
}
