import assert from 'node:assert/strict'
import { afterEach, expect, test, vi } from 'vitest'
import { createCache } from '../../src/index.ts'
import { decodeSlot } from '../../src/envelope/slot.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { createGate } from '../support/gate.ts'
import { ManualClock } from '../../src/testing/index.ts'

afterEach(closeAll)

test('rule 5: the lease is renewed while its loader runs', async () => {
  const namespace = uniqueNamespace()
  const redis = await connect()
  const clock = new ManualClock()
  const cache = createCache({ redis, namespace, clock })
  const gate = createGate()
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => gate.pass() })
  const read = video.getOrSet({ id: 1 })
  await gate.reached
  await redis.pexpire(`${namespace}:video:1`, 1500)
  clock.advance('1s')
  await vi.waitFor(async () => {
    expect(await redis.pttl(`${namespace}:video:1`)).toBeGreaterThan(1500)
  })
  gate.open()
  await read
  await cache.close()
})

test('rule 5: when a holder dies its lease lapses, one other caller takes over, and the late fill is void', async () => {
  const namespace = uniqueNamespace()
  const dying = await connectCache({ namespace, clock: new ManualClock() })
  const other = await connectCache({ namespace })
  const gate = createGate()
  const options = { key: 'video:{id}', policy: { ttl: '5m' } } as const
  const held = dying.cache.define({ ...options, load: () => gate.pass().then(() => 'late') })
  const takeOver = vi.fn(() => 'taken over')
  const taken = other.cache.define({ ...options, load: takeOver })
  const late = held.getOrSet({ id: 1 })
  await gate.reached
  const waiting = Promise.all(Array.from({ length: 10 }, () => taken.getOrSet({ id: 1 })))
  await other.redis.pexpire(`${namespace}:video:1`, 20)
  expect(new Set(await waiting)).toEqual(new Set(['taken over']))
  expect(takeOver).toHaveBeenCalledTimes(1)
  gate.open()
  expect(await late).toBe('late')
  await vi.waitFor(() => {
    expect(dying.cache.stats().fillsDiscarded).toBe(1)
  })
  expect(decodeSlot(await other.redis.get(`${namespace}:video:1`))).toMatchObject({ payload: '"taken over"' })
})

test('rule 6: readers of another process wait for the load and get its value, without loading', async () => {
  const namespace = uniqueNamespace()
  const [leader, follower] = [await connectCache({ namespace }), await connectCache({ namespace })]
  const gate = createGate()
  const options = { key: 'video:{id}', policy: { ttl: '5m' } } as const
  const led = leader.cache.define({ ...options, load: () => gate.pass().then(() => 'once') })
  const load = vi.fn(() => 'twice')
  const followed = follower.cache.define({ ...options, load })
  const first = led.getOrSet({ id: 1 })
  await gate.reached
  const waiting = Promise.all(Array.from({ length: 50 }, () => followed.getOrSet({ id: 1 })))
  gate.open()
  expect(new Set(await waiting)).toEqual(new Set(['once']))
  expect(await first).toBe('once')
  expect(load).not.toHaveBeenCalled()
})

test('rule 6: after waitTimeout a reader loads for itself, without the right to store', async () => {
  const namespace = uniqueNamespace()
  const leader = await connectCache({ namespace })
  const follower = await connectCache({ namespace, waitTimeout: '50ms' })
  const gate = createGate()
  const options = { key: 'video:{id}', policy: { ttl: '5m' } } as const
  const led = leader.cache.define({ ...options, load: () => gate.pass().then(() => 'leader') })
  const followed = follower.cache.define({ ...options, load: () => 'own' })
  const first = led.getOrSet({ id: 1 })
  await gate.reached
  expect(await followed.getOrSet({ id: 1 })).toBe('own')
  expect(decodeSlot(await leader.redis.get(`${namespace}:video:1`)).kind).toBe('lease')
  gate.open()
  await first
  await vi.waitFor(async () => {
    expect(await followed.get({ id: 1 })).toBe('leader')
  })
})

test('rule 6: hardTimeout ends a wait for the load of another process, and nothing is loaded after it', async () => {
  const namespace = uniqueNamespace()
  const leader = await connectCache({ namespace })
  const redis = await connect()
  const clock = new ManualClock()
  const waiting = createCache({ redis, namespace, clock })
  const gate = createGate()
  const key = 'video:{id}'
  const led = leader.cache.define({ key, policy: { ttl: '5m' }, load: () => gate.pass().then(() => 'late') })
  const load = vi.fn(() => 'own')
  const followed = waiting.define({ key, policy: { ttl: '5m', hardTimeout: '2s' }, load })
  const first = led.getOrSet({ id: 1 })
  await gate.reached
  const outcome = followed.getOrSet({ id: 1 }).catch((error: unknown) => error)
  await vi.waitFor(() => {
    expect(waiting.stats().waited).toBe(1)
  })
  clock.advance('2s')
  expect(await outcome).toMatchObject({ code: 'E_CACHE_TIMEOUT', phase: 'wait' })
  gate.open()
  expect(await first).toBe('late')
  clock.advance('1s')
  await waiting.close()
  expect(load).not.toHaveBeenCalled()
})

test('rule 7: a reader whose load was overtaken twice loads for itself, without storing', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  let loads = 0
  const load = vi.fn(async () => {
    loads += 1
    const own = loads
    // The first loads wait for all who will join them, and then each is overtaken.
    const joined = [3, 5][own - 1] ?? 0
    await eventually(() => assert(cache.stats().joined >= joined))
    await redis.unlink(`${namespace}:video:1`)
    return own
  })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load })
  const values = await Promise.all(Array.from({ length: 4 }, () => video.getOrSet({ id: 1 })))
  // One leads the first load, one the second; of the other two one loads, and the other waits for a load after that.
  expect(values.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
  await cache.close()
  expect(cache.stats()).toMatchObject({ loads: 4, joined: 5, fills: 0, fillsDiscarded: 2 })
})

test('rule 7: a herd in one process runs the loader once and asks for one lease', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const load = vi.fn(() => Promise.resolve({ loaded: true }))
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load })
  const values = await Promise.all(Array.from({ length: 1000 }, () => video.getOrSet({ id: 1 })))
  expect(load).toHaveBeenCalledTimes(1)
  expect(values).toHaveLength(1000)
  expect(values.every((value) => value.loaded)).toBe(true)
})

test('rule 7: skip with shared: false keeps the value for its own caller', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  let run = 0
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: (_, { skip }) => {
      run += 1
      return skip(run, { shared: false })
    },
  })
  const values = await Promise.all([video.getOrSet({ id: 1 }), video.getOrSet({ id: 1 })])
  expect(new Set(values).size).toBe(2)
})

test('a caller that gives up does not take the load from the others, and the last one aborts it', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const gate = createGate()
  let loaderSignal: AbortSignal | undefined
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: (_, { signal }) => {
      loaderSignal = signal
      return gate.pass()
    },
  })
  const [one, two] = [new AbortController(), new AbortController()]
  const first = video.getOrSet({ id: 1 }, { signal: one.signal })
  const second = video.getOrSet({ id: 1 }, { signal: two.signal })
  await gate.reached
  await vi.waitFor(() => {
    expect(cache.stats().joined).toBe(1)
  })
  one.abort(new Error('one leaves'))
  await expect(first).rejects.toThrow('one leaves')
  expect(loaderSignal?.aborted).toBe(false)
  two.abort(new Error('two leaves'))
  await expect(second).rejects.toThrow('two leaves')
  expect(loaderSignal?.aborted).toBe(true)
  gate.open()
})

test('who joins a load that its last caller has just given up loads anew', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const begun = createGate()
  const ending = createGate()
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'anew' })
  const controller = new AbortController()
  const given = video.getOrSet(
    { id: 1 },
    async (context) => {
      await begun.pass()
      await ending.pass()
      context.signal.throwIfAborted()
      return 'given up'
    },
    { signal: controller.signal },
  )
  await begun.reached
  begun.open()
  await ending.reached
  controller.abort(new Error('gone'))
  await expect(given).rejects.toThrow('gone')
  const late = video.getOrSet({ id: 1 })
  await vi.waitFor(() => {
    expect(cache.stats().joined).toBe(1)
  })
  ending.open()
  expect(await late).toBe('anew')
})
