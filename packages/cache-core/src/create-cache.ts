import type { Cache } from './cache.ts'
import { CacheFacade } from './cache-facade.ts'
import { checkOptions } from './check-options.ts'
import type { PolicyChoice } from './definition.ts'
import type { Engine } from './engine.ts'
import { CacheConfigError } from './errors.ts'
import { FlightBoard } from './flight/flight-board.ts'
import { SourceFlights } from './flight/source-flights.ts'
import { Invalidator } from './invalidation/invalidator.ts'
import { InvalidationQueue } from './invalidation/queue.ts'
import { WriteContext } from './invalidation/write-context.ts'
import { EventBus } from './observability/events.ts'
import { Recorder } from './observability/recorder.ts'
import type { CacheOptions } from './options.ts'
import { resolvePolicy, type ResolvedPolicy } from './policy/policy.ts'
import { Background } from './read-through/background.ts'
import { Inspector } from './read-through/inspect.ts'
import { Judge } from './read-through/judge.ts'
import { Lead } from './read-through/lead.ts'
import { LeaseWait } from './read-through/lease-wait.ts'
import { ReadThrough } from './read-through/read-through.ts'
import { Writer } from './read-through/writer.ts'
import { connectStore } from './redis/connect-store.ts'
import { systemClock } from './time/clock.ts'
import { finiteDurationToMs } from './time/duration.ts'
import { ServerTime } from './time/server-time.ts'

const known = ['redis', 'namespace', 'policies', 'redisTimeout', 'onInvalidationFailure', 'waitTimeout', 'clock', 'enabled']

/**
 * Makes a cache. It takes your ioredis client and leaves it open.
 * @throws {CacheConfigError} naming the option that is missing, unknown or wrong.
 */
export function createCache(options: CacheOptions): Cache {
  checkOptions(options, known, 'options')
  if (typeof options.namespace !== 'string' || !/^[A-Za-z0-9._-]+$/.test(options.namespace)) {
    throw new CacheConfigError('namespace', 'must be a name of letters, digits, dots, dashes and underscores')
  }
  const onFailure = options.onInvalidationFailure ?? 'throw'
  if (onFailure !== 'throw' && onFailure !== 'queue') throw new CacheConfigError('onInvalidationFailure', "must be 'throw' or 'queue'")
  const clock = options.clock ?? systemClock
  const events = new EventBus()
  const recorder = new Recorder()
  const time = new ServerTime(clock)
  const background = new Background()
  const connection = connectStore(options, { clock, events, recorder, time })
  const { store, names } = connection
  const board = new FlightBoard()
  const writeContext = new WriteContext()
  const state = { closed: false }
  const queue: InvalidationQueue = new InvalidationQueue({ clock, events, execute: (plan) => invalidator.execute(plan) })
  const invalidator = new Invalidator({ store, board, names, events, counters: recorder, writeContext, onFailure, queue: () => queue })
  connection.onReady(() => void queue.settled())

  const tools = { clock, events, random: Math.random }
  const lead = new Lead({ ...tools, store, time, background })
  const judge = new Judge(store, time, events)
  const engine: Engine = {
    names,
    invalidator,
    queue,
    background,
    recorder,
    events,
    inspector: new Inspector(judge, time),
    readThrough: new ReadThrough({
      store,
      judge,
      lead,
      board,
      events,
      clock,
      sourceFlights: new SourceFlights(),
      leaseWait: new LeaseWait(store, clock),
      waitTimeoutMs: finiteDurationToMs(options.waitTimeout ?? '10s', 'waitTimeout'),
      trusts: () => !state.closed && queue.settled(),
    }),
    writer: new Writer({
      ...tools,
      store,
      lead,
      writeContext,
      invalidate: async (key, onWriteFailure) => {
        const target = { key: key.slice(names.prefix.length) }
        await invalidator.invalidate(target, onWriteFailure === undefined ? {} : { onFailure: onWriteFailure })
      },
    }),
    resolvePolicy: policyResolver(options.policies ?? {}),
    isClosed: () => state.closed,
  }
  return new CacheFacade(options.namespace, engine, { connection, clock, state })
}

function policyResolver(policies: NonNullable<CacheOptions['policies']>): (choice: PolicyChoice, path: string) => ResolvedPolicy {
  const named = new Map(Object.entries(policies).map(([name, policy]) => [name, resolvePolicy(policy, `policies.${name}`)]))
  return (choice, path) => {
    if (typeof choice !== 'string') return resolvePolicy(choice, path)
    const policy = named.get(choice)
    if (policy === undefined) {
      throw new CacheConfigError(path, `names no policy of this cache; there are ${[...named.keys()].join(', ') || 'none'}`)
    }
    return policy
  }
}
