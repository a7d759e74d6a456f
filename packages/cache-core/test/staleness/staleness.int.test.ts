import { afterEach, describe, expect, test, vi } from 'vitest'
import { createCache, type Cache, type Definition, type Policy } from '../../src/index.ts'
import { ageEntry } from '../support/age-entry.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'
import { createGate, type Gate } from '../support/gate.ts'
import { HeldRedis } from '../support/held-redis.ts'
import { ManualClock } from '../../src/testing/index.ts'

afterEach(closeAll)

const policy: Policy = {
  ttl: '10s',
  staleWhileRevalidate: '20s',
  staleIfError: '60s',
  softTimeout: '2s',
  hardTimeout: '5s',
}

/** Milliseconds after the load at which a value is in each state. */
const states = { fresh: 5000, revalidate: 15_000, ifError: 40_000, gone: 80_000 } as const

interface World {
  readonly clock: ManualClock
  readonly redis: HeldRedis
  readonly cache: Cache
  readonly video: Definition<{ readonly id: string | number | bigint | boolean }, string>
  /** Makes the value so many milliseconds older. */
  readonly age: (ms: number) => Promise<void>
  readonly loader: { run: () => Promise<string>; readonly gate: Gate }
}

/** A cache that holds 'old' in the given state. */
async function worldIn(state: keyof typeof states | 'absent'): Promise<World> {
  const clock = new ManualClock()
  const client = await connect()
  const redis = new HeldRedis(client)
  const namespace = uniqueNamespace()
  const cache = createCache({ redis: redis.client, namespace, clock })
  const loader = { run: () => Promise.resolve('new'), gate: createGate() }
  const video = cache.define({ key: 'video:{id}', policy, load: () => loader.run() })
  const age = (ms: number): Promise<void> => ageEntry(client, `${namespace}:video:1`, ms)
  if (state === 'absent') await video.has({ id: 1 })
  else {
    await video.set({ id: 1 }, 'old')
    await age(states[state])
  }
  return { clock, redis, cache, video, age, loader }
}

const loaders = {
  ok: (world: World) => (world.loader.run = () => Promise.resolve('new')),
  failing: (world: World) => (world.loader.run = () => Promise.reject(new RangeError('the source is gone'))),
  slow: (world: World) => (world.loader.run = () => world.loader.gate.pass().then(() => 'new')),
} as const

/** What a read comes to, in each state of the value and each mood of the loader. */
const withRedis = {
  fresh: { ok: 'old', failing: 'old', slow: 'old' },
  revalidate: { ok: 'old', failing: 'old', slow: 'old' },
  ifError: { ok: 'new', failing: 'old', slow: 'old at softTimeout' },
  gone: { ok: 'new', failing: 'RangeError', slow: 'CacheTimeoutError at hardTimeout' },
  absent: { ok: 'new', failing: 'RangeError', slow: 'CacheTimeoutError at hardTimeout' },
} as const

/** Without Redis nothing stale can be seen. */
const withoutRedis = { ok: 'new', failing: 'RangeError', slow: 'CacheTimeoutError at hardTimeout' } as const

/** Reads, and moves the clock on to the policy's limits when the loader is slow. */
async function outcomeOf(world: World, mood: keyof typeof loaders): Promise<string> {
  const read = world.video.getOrSet({ id: 1 }).then(
    (value) => value,
    (error: Error) => error.name,
  )
  let settled = false
  void read.then(() => (settled = true))
  if (mood !== 'slow') return read
  await Promise.race([read, world.loader.gate.reached])
  if (settled) return read
  world.clock.advance('2s')
  await flushed()
  if (settled) return `${await read} at softTimeout`
  world.clock.advance('3s')
  return `${await read} at hardTimeout`
}

/** Lets everything that is ready to run do so. */
const flushed = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe.each(Object.keys(withRedis) as (keyof typeof withRedis)[])('a value that is %s', (state) => {
  test.each(Object.keys(loaders) as (keyof typeof loaders)[])(
    'read with a loader that is %s, Redis up',
    async (mood) => {
      const world = await worldIn(state)
      loaders[mood](world)
      expect(await outcomeOf(world, mood)).toBe(withRedis[state][mood])
      world.loader.gate.open()
    },
  )

  test.each(Object.keys(loaders) as (keyof typeof loaders)[])(
    'read with a loader that is %s, Redis down',
    async (mood) => {
      const world = await worldIn(state)
      loaders[mood](world)
      world.redis.refuse()
      expect(await outcomeOf(world, mood)).toBe(withoutRedis[mood])
      world.loader.gate.open()
    },
  )
})

test('a value served stale is replaced by one load in the background, however many read it', async () => {
  const world = await worldIn('revalidate')
  const load = vi.fn(() => Promise.resolve('new'))
  world.loader.run = load
  const reads = await Promise.all(Array.from({ length: 50 }, () => world.video.getOrSet({ id: 1 })))
  expect(new Set(reads)).toEqual(new Set(['old']))
  await vi.waitFor(async () => {
    expect(await world.video.get({ id: 1 })).toBe('new')
  })
  expect(load).toHaveBeenCalledTimes(1)
  expect(world.cache.stats()).toMatchObject({ staleHits: 50, refreshes: 1 })
})

test('a background refresh that fails is not tried again for a while, and the value stays servable', async () => {
  const world = await worldIn('revalidate')
  const load = vi.fn(() => Promise.reject(new RangeError('the source is gone')))
  world.loader.run = load
  expect(await world.video.getOrSet({ id: 1 })).toBe('old')
  await vi.waitFor(() => {
    expect(world.cache.stats().loadErrors).toBe(1)
  })
  for (let read = 0; read < 5; read += 1) expect(await world.video.getOrSet({ id: 1 })).toBe('old')
  expect(load).toHaveBeenCalledTimes(1)
  world.clock.advance('1s')
  await vi.waitFor(async () => {
    expect(await world.video.getOrSet({ id: 1 })).toBe('old')
    expect(load).toHaveBeenCalledTimes(2)
  })
})

test('after a failure readers get the stale value at once, until the loader may be tried again', async () => {
  const world = await worldIn('ifError')
  const load = vi.fn((): Promise<string> => Promise.reject(new RangeError('the source is gone')))
  world.loader.run = load
  const reasons: string[] = []
  world.cache.on('stale', ({ reason }) => reasons.push(reason))
  for (let read = 0; read < 3; read += 1) expect(await world.video.getOrSet({ id: 1 })).toBe('old')
  expect(load).toHaveBeenCalledTimes(1)
  expect(reasons).toEqual(['error', 'error', 'error'])
  expect(world.cache.stats()).toMatchObject({ staleFallbacks: 3, misses: 3 })
  world.clock.advance('1s')
  world.loader.run = () => Promise.resolve('new')
  expect(await world.video.getOrSet({ id: 1 })).toBe('new')
})

test('a background refresh is not ended by a caller that joins it and gives up', async () => {
  const world = await worldIn('revalidate')
  loaders.slow(world)
  let loader: AbortSignal | undefined
  const refreshed = world.video.getOrSet({ id: 1 }, ({ signal }) => {
    loader = signal
    return world.loader.run()
  })
  expect(await refreshed).toBe('old')
  await world.loader.gate.reached
  await world.age(25_000)
  const controller = new AbortController()
  const joiner = world.video.getOrSet({ id: 1 }, { signal: controller.signal })
  await vi.waitFor(() => {
    expect(world.cache.stats().joined).toBe(1)
  })
  controller.abort(new RangeError('gone'))
  await expect(joiner).rejects.toThrow(RangeError)
  expect(loader?.aborted).toBe(false)
  world.loader.gate.open()
  await vi.waitFor(async () => {
    expect(await world.video.get({ id: 1 })).toBe('new')
  })
})

test('a load that took longer than softTimeout goes on and is stored', async () => {
  const world = await worldIn('ifError')
  loaders.slow(world)
  expect(await outcomeOf(world, 'slow')).toBe('old at softTimeout')
  world.loader.gate.open()
  await vi.waitFor(async () => {
    expect(await world.video.get({ id: 1 })).toBe('new')
  })
})

test('at hardTimeout the loader’s signal is aborted with the error that its caller gets', async () => {
  const world = await worldIn('absent')
  const reached = createGate()
  const reasons: unknown[] = []
  const read = world.video.getOrSet({ id: 1 }, ({ signal }) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason))
    return reached.pass().then(() => 'too late')
  })
  const failure = read.catch((error: unknown) => error)
  await reached.reached
  world.clock.advance('5s')
  expect(await failure).toMatchObject({ code: 'E_CACHE_TIMEOUT' })
  expect(reasons).toEqual([expect.objectContaining({ code: 'E_CACHE_TIMEOUT', phase: 'loader' })])
  expect(world.cache.stats()).toMatchObject({ loadTimeouts: 1, loadErrors: 1 })
  reached.open()
})

test('a value is loaded again ahead of its expiry, once, and is a hit meanwhile', async () => {
  const namespace = uniqueNamespace()
  const redis = await connect()
  const cache = createCache({ redis, namespace, clock: new ManualClock() })
  const gate = createGate()
  const load = vi.fn(() => gate.pass().then(() => 'new'))
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '10s', earlyRefresh: 0.8 }, load })
  await video.set({ id: 1 }, 'old')
  await ageEntry(redis, `${namespace}:video:1`, 7000)
  expect(await video.getOrSet({ id: 1 })).toBe('old')
  expect(load).not.toHaveBeenCalled()
  await ageEntry(redis, `${namespace}:video:1`, 1500)
  for (let read = 0; read < 5; read += 1) expect(await video.getOrSet({ id: 1 })).toBe('old')
  await gate.reached
  expect(await video.getOrSet({ id: 1 })).toBe('old')
  gate.open()
  await vi.waitFor(async () => {
    expect(await video.get({ id: 1 })).toBe('new')
  })
  expect(load).toHaveBeenCalledTimes(1)
  expect(cache.stats()).toMatchObject({ refreshes: 1 })
  await cache.close()
})
