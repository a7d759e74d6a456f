import {
  type Cache,
  CacheConfigError,
  type Clock,
  type Duration,
  finiteDurationToMs,
  type RedisLike,
} from '@vidnest/cache-core'

import type { StreamGap } from '../stream/gap.ts'

/** How writes from elsewhere are followed. */
export interface ChangeStreamOptions {
  /** The cache's client. One hash in it, `<namespace>:~stream:…`, says who follows the stream and how far it has come. */
  readonly redis: RedisLike
  /**
   * Processes with the same name share one follower: give programs with other models, and a second deployment of the same
   * database name, another one. @defaultValue `'default'`
   */
  readonly name?: string
  /** After a leader died, another process takes over within this and a third of it. @defaultValue `'10s'` */
  readonly lease?: Duration
  /** Told when nobody knew what was missed, after the whole namespace was invalidated for it. */
  readonly onGap?: (gap: StreamGap) => void
  /** Told once of each time of trouble with Redis or the database; it is tried again until it works. @defaultValue a process warning */
  readonly onError?: (error: unknown) => void
  /** @defaultValue the machine's clock */
  readonly clock?: Clock
}

/** Options of {@link attachConnection}. */
export interface AttachOptions {
  /** What is swept after a gap; its namespace names the keys. */
  readonly cache: Cache
  /** @defaultValue the change stream is not followed */
  readonly changeStream?: ChangeStreamOptions
  /**
   * `'warn'`: a process warning for the first write of each kind to each collection that the plugin cannot see, such as
   * one of `connection.db`. Only where the client was made with `monitorCommands: true`. @defaultValue none
   */
  readonly monitor?: 'warn'
}

const shortestLeaseMs = 300

/** @throws {CacheConfigError} naming the path of the first bad option. */
export function checkAttachOptions(options: unknown): asserts options is AttachOptions {
  checkNames('options', options, ['cache', 'changeStream', 'monitor'])
  const { cache, changeStream, monitor } = options
  if (typeof (cache as Partial<Cache> | undefined)?.invalidate !== 'function') {
    throw new CacheConfigError('cache', 'must be a cache made by createCache')
  }
  if (monitor !== undefined && monitor !== 'warn') throw new CacheConfigError('monitor', "must be 'warn'")
  if (changeStream !== undefined) checkChangeStream(changeStream)
}

function checkChangeStream(options: unknown): void {
  const names = ['redis', 'name', 'lease', 'onGap', 'onError', 'clock']
  checkNames('changeStream', options, names)
  const { redis, name, lease, onGap, onError } = options
  if (typeof (redis as Partial<RedisLike> | undefined)?.call !== 'function') {
    throw new CacheConfigError('changeStream.redis', "must be the cache's ioredis client")
  }
  if (name !== undefined && (typeof name !== 'string' || !/^[\w.-]+$/.test(name))) {
    throw new CacheConfigError('changeStream.name', 'must be letters, digits, dots, dashes and underscores')
  }
  if (lease !== undefined && finiteDurationToMs(lease as Duration, 'changeStream.lease') < shortestLeaseMs) {
    throw new CacheConfigError('changeStream.lease', `must be ${String(shortestLeaseMs)}ms or more`)
  }
  for (const [option, value] of Object.entries({ onGap, onError })) {
    if (value !== undefined && typeof value !== 'function') {
      throw new CacheConfigError(`changeStream.${option}`, 'must be a function')
    }
  }
}

function checkNames(
  path: string,
  options: unknown,
  names: readonly string[],
): asserts options is Readonly<Record<string, unknown>> {
  if (typeof options !== 'object' || options === null) throw new CacheConfigError(path, 'must be an object')
  for (const name of Object.keys(options)) {
    const known = names.includes(name)
    const full = path === 'options' ? name : `${path}.${name}`
    if (!known) throw new CacheConfigError(full, 'there is no such option')
  }
}
