import type { CacheHealth } from '../cache.ts'
import { CacheConfigError } from '../errors.ts'
import type { EventBus } from '../observability/events.ts'
import type { Recorder } from '../observability/recorder.ts'
import type { CacheOptions } from '../options.ts'
import { CircuitBreaker } from '../resilience/circuit-breaker.ts'
import type { EntryStore } from '../store/entry-store.ts'
import { KeyNames } from '../store/key-names.ts'
import { NullStore } from '../store/null-store.ts'
import type { Clock } from '../time/clock.ts'
import { finiteDurationToMs } from '../time/duration.ts'
import type { ServerTime } from '../time/server-time.ts'
import { Callbacks } from './callbacks.ts'
import { checkClient } from './check-client.ts'
import { ClusterStore } from './cluster-store.ts'
import { EpochGuard } from './epoch-guard.ts'
import { lackingOptions } from './profiles/lacking-options.ts'
import { handleAsking } from './handle-asking.ts'
import { HealthProbe } from './health-probe.ts'
import { RedisGate } from './redis-gate.ts'
import { isClusterClient, type RedisLike } from './redis-like.ts'
import { teachScripts } from './run-script.ts'
import { loadScripts } from './script-batch.ts'
import { SingleStore } from './single-store.ts'

/** A store with what belongs to its connection. */
export interface StoreConnection {
  readonly store: EntryStore
  readonly names: KeyNames
  /** The way to Redis, for what is no entry; `undefined` when the cache is switched off. */
  readonly gate: RedisGate | undefined
  /** Whether Redis answers, as far as is known. */
  answers(): boolean
  /** Calls back whenever Redis answers again: a connection is ready, or the first operation after a failure succeeded. */
  onAnswering(listener: () => void): void
  /** Calls back whenever entries of an older epoch have become misses. */
  onEpoch(listener: () => void): void
  health(): Promise<CacheHealth['redis']>
  /** Takes this cache's listeners off the user's client. */
  detach(): void
}

/** What a connection reports to. */
export interface ConnectionTools {
  readonly clock: Clock
  readonly events: EventBus
  readonly recorder: Recorder
  readonly time: ServerTime
}

/** Makes the store that the options ask for. @throws {CacheConfigError} for a client that cannot be trusted. */
export function connectStore(options: CacheOptions, tools: ConnectionTools): StoreConnection {
  if (options.enabled === false) return offStore(options.namespace)
  const client = usableClient(options.redis, tools.events)
  const { clock, events, recorder, time } = tools
  const breaker = new CircuitBreaker(clock, { onChange: (state) => events.emit('breaker', { state }) })
  const onAnswering = new Callbacks()
  const onEpoch = new Callbacks()
  const gate = new RedisGate({
    client,
    clock,
    breaker,
    timeoutMs: finiteDurationToMs(options.redisTimeout ?? '100ms', 'redisTimeout'),
    onFailure: (operation, error) => {
      recorder.storeErrors += 1
      if (events.has('storeError')) events.emit('storeError', { operation, error })
    },
    onRecovery: () => {
      if (events.has('recovered')) events.emit('recovered', {})
      onAnswering.run()
    },
  })
  const cluster = isClusterClient(client) ? client : undefined
  const names = new KeyNames(options.namespace, cluster !== undefined)
  const epoch = new EpochGuard({
    gate,
    names,
    clock,
    time,
    events,
    onFailover: options.onFailover ?? 'invalidate',
    onEpoch: () => onEpoch.run(),
    ...(cluster === undefined && { prepare: () => teachScripts(client, loadScripts()) }),
  })
  const parts = { gate, names, epoch, clock, time }
  const probe = new HealthProbe(gate, clock)
  const stopHandling = handleAsking(client)
  const stopListening = listenTo(client, {
    ready() {
      breaker.reset()
      probe.ready()
      onAnswering.run()
    },
    // ioredis prints errors that nobody listens to; they reach this cache's users as events.
    error: (error) => probe.failed(error),
  })
  return {
    store: cluster === undefined ? new SingleStore(parts) : new ClusterStore(parts, cluster),
    names,
    gate,
    answers: () => gate.answers,
    onAnswering: (listener) => onAnswering.add(listener),
    onEpoch: (listener) => onEpoch.add(listener),
    health: async () => ({ ...(await probe.ask()), watchesFailover: epoch.watches }),
    detach() {
      epoch.detach()
      stopHandling()
      stopListening()
    },
  }
}

/** Listens to the user's client; the result stops that. */
function listenTo(
  client: RedisLike,
  listeners: Readonly<Record<'ready' | 'error', (argument: unknown) => void>>,
): () => void {
  const all = Object.entries(listeners)
  for (const [event, listener] of all) client.on(event, listener)
  return () => {
    for (const [event, listener] of all) client.off(event, listener)
  }
}

/** @throws {CacheConfigError} for a client that is missing or cannot be trusted; warns of one that lacks options. */
function usableClient(client: RedisLike | undefined, events: EventBus): RedisLike {
  if (client === undefined) {
    throw new CacheConfigError(
      'redis',
      'must be an ioredis client; leave the option out for a cache in the memory of this process alone',
    )
  }
  checkClient(client)
  for (const message of lackingOptions(client)) events.warn(message)
  return client
}

function offStore(namespace: string): StoreConnection {
  return {
    store: new NullStore(),
    names: new KeyNames(namespace, false),
    gate: undefined,
    // Redis has no part in this, so its outage is none.
    answers: () => true,
    onAnswering: () => undefined,
    onEpoch: () => undefined,
    health: () => Promise.resolve({ ready: false, breaker: 'closed', watchesFailover: false }),
    detach: () => undefined,
  }
}
