import { setImmediate as nextTurn } from 'node:timers/promises'
import { startFaultProxy, type FaultProxy, type RedisServer } from '@vidnest/services'
import { Redis } from 'ioredis'
import { expect } from 'vitest'
import {
  createCache,
  redisProfile,
  type Cache,
  type CacheOptions,
  type Definition,
  type InvalidateTarget,
  type KeyValue,
} from '../../src/index.ts'
import { uniqueNamespace } from './connect.ts'
import { expectWithin, Stopwatch } from './bounds.ts'
import { CountingClock } from './counting-clock.ts'
import { Traces } from './traces.ts'
import { ownRedis, ownReplicatedRedis, stopServers } from './trouble.ts'
import { eventually } from './eventually.ts'

/** How a {@link FaultLab} is set up. */
export interface FaultLabOptions {
  /** Arguments of the server. */
  readonly args?: string[]
  /** Whether it follows, or is followed by, another server. */
  readonly replicated?: boolean
  /** Changes to `redisProfile('cache')`. */
  readonly client?: object
  readonly cache?: Partial<CacheOptions>
}

/** A server of its own, a link that can be spoilt, a client with its profile, and a cache on it. */
export interface FaultLab {
  readonly server: RedisServer
  readonly proxy: FaultProxy
  readonly redis: Redis
  /** Speaks to the server without the link, with a client that waits. */
  readonly admin: Redis
  readonly cache: Cache
  /** What the source has. */
  readonly row: { version: number }
  readonly video: Definition<{ readonly id: KeyValue }, { version: number }>
  /** Failed operations, as `read E_CACHE_TIMEOUT`. */
  readonly failures: string[]
  /** Commands that wait in the client. */
  readonly queued: () => number
  /** Measures calls; {@link expectReadsFromSource} has it measure its own. */
  readonly stopwatch: Stopwatch
  /** Expects what the stopwatch has measured to have taken no longer than the deadline and its slack. */
  readonly expectBounded: () => Promise<void>
  /** Expects reads to be hits again, and by the bound if there is one, counted from now. */
  readonly expectRecovery: (withinMs?: number) => Promise<void>
  /** Closes the cache and expects that it leaves nothing behind. */
  readonly expectClean: () => Promise<void>
}

/** The deadline of a cache for Redis, and 50 ms that the loader and the test may take. */
const boundedMs = 200

const closers: (() => Promise<void> | void)[] = []

/** Ends what {@link openLab} started. */
export async function closeLabs(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
  await stopServers()
}

/** Has {@link closeLabs} end something of the test's own. */
export function closeLater(close: () => Promise<void> | void): void {
  closers.push(close)
}

/** A client that this file closes at the end of the test. */
export function openClient(target: string | object, options: object = {}): Redis {
  const client = typeof target === 'string' ? new Redis(target, { ...options }) : new Redis({ ...target })
  client.on('error', () => undefined)
  closers.push(() => client.disconnect())
  return client
}

export async function openLab(options: FaultLabOptions = {}): Promise<FaultLab> {
  const server = await (options.replicated === true ? ownReplicatedRedis : ownRedis)(options.args)
  const proxy = await startFaultProxy(server)
  closers.push(() => proxy.stop())
  const redis = openClient(proxy.url, { ...redisProfile('cache'), ...options.client })
  await eventually(() => {
    expect(redis.status).toBe('ready')
  })
  const traces = new Traces(redis)
  closers.push(() => traces.stop())
  const clock = new CountingClock()
  const cache = createCache({ redis, namespace: uniqueNamespace(), clock, ...options.cache })
  closers.push(() => cache.close())
  const failures: string[] = []
  cache.on('storeError', ({ operation, error }) => failures.push(`${operation} ${error.code}`))
  const row = { version: 1 }
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    tags: () => ['videos'],
    load: () => ({ version: row.version }),
  })
  await expectRecovery(video)
  failures.length = 0
  const stopwatch = new Stopwatch()
  closers.push(() => stopwatch.stop())
  return {
    server,
    proxy,
    redis,
    admin: openClient(server.url),
    cache,
    row,
    video,
    failures,
    queued: () => traces.queued,
    stopwatch,
    expectBounded: () => stopwatch.expectEachWithin(boundedMs, 'a call during the fault'),
    expectRecovery: async (withinMs) => {
      const end = stopwatch.start()
      await expectRecovery(video)
      if (withinMs !== undefined) await expectWithin(end(), withinMs, 'the recovery')
    },
    expectClean: () => expectClean(cache, traces, clock),
  }
}

/** Reads of an entry of its own, until they are hits: the bound is patience, not a measurement. */
export async function expectRecovery(video: FaultLab['video']): Promise<void> {
  const id = `probe-${uniqueNamespace()}`
  await eventually(async () => {
    await video.getOrSet({ id })
    expect(await video.has({ id })).toBe(true)
  })
}

/** Closes a cache and expects that nothing is left of it: no timer, listener, waiting command or unhandled rejection. */
export async function expectClean(cache: Cache, traces: Traces, clock: CountingClock): Promise<void> {
  await cache.close()
  await eventually(() => {
    const nothing = { timers: 0, queued: 0, listeners: '', unhandled: [] }
    expect({ timers: clock.pending, ...traces.left }).toEqual(nothing)
  })
}

/** Stores what the source has, however often it takes. */
export async function expectStored(
  { video, row }: Pick<FaultLab, 'video' | 'row'>,
  id: KeyValue,
): Promise<void> {
  await eventually(async () => {
    await video.set({ id }, { version: row.version })
    expect(await video.get({ id })).toEqual({ version: row.version })
  })
}

/** Invalidates, however often it takes until Redis acknowledges it. */
export async function expectInvalidated(
  { cache }: Pick<FaultLab, 'cache'>,
  target: InvalidateTarget,
): Promise<void> {
  await eventually(() => cache.invalidate(target))
}

/** Resolves with the outcomes; a call that hangs fails the test after a time that no deadline comes near. */
export async function settled(calls: readonly Promise<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
  let timer: NodeJS.Timeout | undefined
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('a call is still pending after ten seconds'))
    }, 10_000)
  })
  try {
    return await Promise.race([Promise.allSettled(calls), hang])
  } finally {
    clearTimeout(timer)
  }
}

/** Reads until the breaker has opened: each turn of the event loop, since a read that need not wait takes none. */
export async function readUntilBreakerOpens({
  cache,
  video,
}: Pick<FaultLab, 'cache' | 'video'>): Promise<void> {
  while (cache.stats().breaker === 'closed') {
    await video.getOrSet({ id: 1 })
    await nextTurn()
  }
}

/** Reads many entries at once, some of them several times, and expects each to end with the source's value. */
export async function expectReadsFromSource({
  video,
  row,
  stopwatch,
}: Pick<FaultLab, 'video' | 'row'> & Partial<Pick<FaultLab, 'stopwatch'>>): Promise<void> {
  const read = () => settled(Array.from({ length: 200 }, (_, index) => video.getOrSet({ id: index % 50 })))
  const outcomes = await (stopwatch === undefined ? read() : stopwatch.time(read))
  expect(outcomes).toEqual(Array(200).fill({ status: 'fulfilled', value: { version: row.version } }))
  await nextTurn()
}
