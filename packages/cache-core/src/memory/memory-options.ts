import { CacheConfigError } from '../errors.ts'
import { finiteDurationToMs, type Duration } from '../time/duration.ts'
import {
  checkMemoryOptions,
  resolveMemoryLimits,
  type MemoryLimits,
  type ResolvedMemoryLimits,
} from './memory-limits.ts'

/**
 * What a cache keeps in the memory of its process: fresh entries before Redis (the near tier), or, without `redis`, all that
 * it has, and then only the limits mean anything.
 */
export interface MemoryOptions extends MemoryLimits {
  /**
   * Longest time for which an entry is used after Redis was asked for it; never longer than it is fresh there. So it bounds
   * how long another process's invalidation can go unnoticed, whatever happens to its message.
   * @defaultValue `'5s'`
   */
  readonly ttl?: Duration
  /**
   * How it hears of invalidations by other processes. `'bus'`: every cache of the namespace tells of its own, by Pub/Sub.
   * `'tracking'`: the server tells of every write, also by other programs (client-side caching in broadcasting mode; one
   * server or Sentinel). @defaultValue `'bus'`
   */
  readonly coherence?: 'bus' | 'tracking'
  /**
   * `true` hands out one deep-frozen object to all readers instead of a copy to each: many times as fast, but a reader
   * that changes it gets a `TypeError`. Values that cannot be frozen, such as dates and maps, are copied all the same.
   * @defaultValue `false`
   */
  readonly freeze?: boolean
}

/** {@link MemoryOptions} with the defaults applied and the duration in milliseconds. */
export interface ResolvedMemory extends ResolvedMemoryLimits {
  readonly ttlMs: number
  readonly coherence: 'bus' | 'tracking'
  readonly freeze: boolean
}

const limits = ['maxEntries', 'maxBytes']
const nearOptions = ['ttl', 'coherence', 'freeze']

/** Checks the options of a near tier and applies the defaults. @throws {CacheConfigError} naming the bad one. */
export function resolveNearMemory(memory: MemoryOptions | false | undefined): ResolvedMemory | undefined {
  if (memory === undefined || memory === false) return undefined
  checkMemoryOptions(memory, [...limits, ...nearOptions])
  const { ttl, coherence = 'bus', freeze = false, ...own } = memory
  if (!['bus', 'tracking'].includes(coherence))
    throw new CacheConfigError('memory.coherence', "must be 'bus' or 'tracking'")
  if (typeof (freeze as unknown) !== 'boolean')
    throw new CacheConfigError('memory.freeze', 'must be true or false')
  const ttlMs = finiteDurationToMs(ttl ?? '5s', 'memory.ttl')
  return { ...resolveMemoryLimits(own), ttlMs, coherence, freeze }
}

/** The limits of a cache that has nothing but memory. @throws {CacheConfigError} naming what it cannot have. */
export function resolveOwnMemory(memory: MemoryOptions | false | undefined): ResolvedMemoryLimits {
  if (memory === false)
    throw new CacheConfigError('memory', 'must not be false without `redis`: nothing would be left')
  const near = nearOptions.find((name) => Object.keys(memory ?? {}).includes(name))
  if (near !== undefined)
    throw new CacheConfigError(
      `memory.${near}`,
      'is for the near tier before `redis`, which this cache does not have',
    )
  return resolveMemoryLimits(memory ?? {})
}
