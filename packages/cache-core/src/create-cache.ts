import type { Cache } from './cache.ts'
import { CacheFacade } from './cache-facade.ts'
import { checkOptions } from './check-options.ts'
import { ValueFormats } from './codec/value-formats.ts'
import { CacheConfigError } from './errors.ts'
import { EventBus } from './observability/events.ts'
import { Recorder } from './observability/recorder.ts'
import type { CacheOptions } from './options.ts'
import { connectStore } from './redis/connect-store.ts'
import { systemClock } from './time/clock.ts'
import { finiteDurationToMs } from './time/duration.ts'
import { ServerTime } from './time/server-time.ts'
import { wireEngine } from './wire-engine.ts'

const known = [
  'redis',
  'namespace',
  'policies',
  'redisTimeout',
  'onInvalidationFailure',
  'onFailover',
  'waitTimeout',
  'codec',
  'compression',
  'maxValueBytes',
  'clock',
  'enabled',
]

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
  if (onFailure !== 'throw' && onFailure !== 'queue') {
    throw new CacheConfigError('onInvalidationFailure', "must be 'throw' or 'queue'")
  }
  const waitTimeoutMs = finiteDurationToMs(options.waitTimeout ?? '10s', 'waitTimeout')
  const formats = new ValueFormats(options)
  const clock = options.clock ?? systemClock
  const state = { closed: false }
  const events = new EventBus(options.namespace)
  const tools = { clock, events, recorder: new Recorder(), time: new ServerTime(clock) }
  const connection = connectStore(options, tools)
  const { store, names } = connection
  const engine = wireEngine({
    ...tools,
    store,
    names,
    onFailure,
    waitTimeoutMs,
    policies: options.policies ?? {},
    formats,
    isClosed: () => state.closed,
  })
  connection.onAnswering(() => void engine.queue.replay())
  return new CacheFacade(options.namespace, engine, { connection, clock, state })
}
