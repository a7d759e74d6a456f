import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { createCache, type Cache } from '../../src/index.ts'
import { ManualClock } from '../../src/testing/index.ts'
import { closeAll, closeLater, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { createGate } from '../support/gate.ts'
import { HeldRedis } from '../support/held-redis.ts'

afterEach(closeAll)

/** Values whose loaders run until they are let go. */
function slowValues(cache: Cache) {
  const gate = createGate()
  const seen = { running: 0, most: 0, order: [] as number[] }
  const value = cache.define({
    key: 'slow:{id}',
    policy: { ttl: '5m' },
    load: async ({ id }) => {
      seen.running += 1
      seen.most = Math.max(seen.most, seen.running)
      seen.order.push(Number(id))
      await gate.pass()
      seen.running -= 1
      return Number(id)
    },
  })
  return { value, gate, seen }
}

const ids = Array.from({ length: 250 }, (_, id) => id)

test('rule 22: while Redis does not answer, a hundred loaders run at once, and the others follow in order', async () => {
  const held = new HeldRedis(await connect())
  const cache = createCache({ redis: held.client, namespace: uniqueNamespace() })
  const { value, gate, seen } = slowValues(cache)
  held.refuse()
  const reads = ids.map((id) => value.getOrSet({ id }))
  await eventually(() => {
    expect(seen.running).toBe(100)
  })
  await nextTurn()
  expect(seen.running).toBe(100)
  gate.open()
  expect(await Promise.all(reads)).toEqual(ids)
  expect(seen).toMatchObject({ most: 100, order: ids })
  await cache.close()
})

test('rule 22: while Redis answers, nothing is limited unless it is asked for', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace(), redisTimeout: '20s' })
  const { value, gate, seen } = slowValues(cache)
  await value.has({ id: 0 })
  const reads = ids.map((id) => value.getOrSet({ id }))
  await eventually(() => {
    expect(seen.running).toBe(ids.length)
  })
  gate.open()
  expect(await Promise.all(reads)).toEqual(ids)
})

test('loaderConcurrency holds while Redis answers too; a batch takes one place, and what a loader loads takes none', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace(), loaderConcurrency: 2 })
  const { value, gate, seen } = slowValues(cache)
  const reads = ids.slice(0, 10).map((id) => value.getOrSet({ id }))
  await eventually(() => {
    expect(seen.running).toBe(2)
  })
  gate.open()
  expect(await Promise.all(reads)).toEqual(ids.slice(0, 10))
  expect(seen.most).toBe(2)
  let batches = 0
  const many = cache.define({
    key: 'many:{id}',
    policy: { ttl: '5m' },
    load: ({ id }) => value.getOrSet({ id: `in-${String(id)}` }).then(() => Number(id)),
  })
  const loadMany = (missing: readonly { readonly id: unknown }[]): Promise<number[]> => {
    batches += 1
    return Promise.resolve(missing.map(({ id }) => Number(id)))
  }
  expect(
    await many.getOrSetMany(
      ids.map((id) => ({ id })),
      loadMany,
    ),
  ).toEqual(ids)
  expect(batches).toBe(1)
  const nested = ids.slice(0, 20).map((id) => many.getOrSet({ id: id + 1000 }))
  expect(await Promise.all(nested)).toEqual(ids.slice(0, 20).map((id) => id + 1000))
})

test('a caller that gives up while its loader waits in line ends the wait, and the loader never runs', async () => {
  const { cache, redis } = await connectCache({ namespace: uniqueNamespace(), loaderConcurrency: 1 })
  const { value, gate, seen } = slowValues(cache)
  const first = value.getOrSet({ id: 1 })
  await gate.reached
  const controller = new AbortController()
  const waiting = value.getOrSet({ id: 2 }, { signal: controller.signal })
  const outcome = waiting.catch((error: Error) => error.message)
  await eventually(async () => {
    expect(await redis.exists(`${cache.namespace}:slow:2`)).toBe(1)
  })
  controller.abort(new Error('gone'))
  expect(await outcome).toBe('gone')
  gate.open()
  expect(await first).toBe(1)
  expect(await value.getOrSet({ id: 3 })).toBe(3)
  expect(seen.order).toEqual([1, 3])
  expect(cache.stats()).toMatchObject({ loads: 2, loadErrors: 0 })
})

/** A line behind one loader, which began while Redis was away. */
async function lineWithoutRedis() {
  const redis = await connect()
  const held = new HeldRedis(redis)
  const clock = new ManualClock()
  const cache = createCache({ redis: held.client, namespace: uniqueNamespace(), loaderConcurrency: 1, clock })
  closeLater(() => cache.close())
  held.refuse()
  const values = slowValues(cache)
  const first = values.value.getOrSet({ id: 1 })
  await values.gate.reached
  return { ...values, redis, held, cache, clock, first }
}

test('a caller that gives up while Redis is away leaves the line, and its loader never runs', async () => {
  const { value, gate, seen, cache, first } = await lineWithoutRedis()
  const controller = new AbortController()
  const { signal } = controller
  const waiting = [2, 2, 1].map((id) => value.getOrSet({ id }, { signal }))
  const outcomes = Promise.all(waiting.map((read) => read.catch((error: Error) => error.message)))
  await nextTurn()
  controller.abort(new Error('gone'))
  expect(await outcomes).toEqual(['gone', 'gone', 'gone'])
  const live = [value.getOrSet({ id: 3 }), value.getOrSet({ id: 2 })]
  gate.open()
  expect(await first).toBe(1)
  expect(await Promise.all(live)).toEqual([3, 2])
  expect(seen.order).toEqual([1, 3, 2])
  expect(cache.stats()).toMatchObject({ loads: 3, loadErrors: 0 })
})

test.each([
  ['away', { leases: 0, joined: 0 }],
  ['there', { leases: 2, joined: 1 }],
])(
  'a caller whose hardTimeout is over leaves the line while Redis is %s, and its loader never runs',
  async (state, inRedis) => {
    const { redis, held, cache, clock, gate, seen, first } = await lineWithoutRedis()
    if (state === 'there') held.accept()
    const impatient = cache.define({
      key: 'impatient:{id}',
      policy: { ttl: '5m', hardTimeout: '2s' },
      load: ({ id }) => seen.order.push(Number(id)),
    })
    const waiting = [2, 2, 3].map((id) => impatient.getOrSet({ id }))
    const outcomes = Promise.all(waiting.map((read) => read.catch((error: Error) => error.name)))
    await nextTurn()
    const keys = [2, 3].map((id) => `${cache.namespace}:impatient:${String(id)}`)
    await eventually(async () => {
      expect({ leases: await redis.exists(keys), joined: cache.stats().joined }).toEqual(inRedis)
    })
    clock.advance('2s')
    expect(new Set(await outcomes)).toEqual(new Set(['CacheTimeoutError']))
    const live = impatient.getOrSet({ id: 4 })
    gate.open()
    expect(await first).toBe(1)
    await live
    expect(seen.order).toEqual([1, 4])
    expect(cache.stats()).toMatchObject({ loads: 2, loadErrors: 0, loadTimeouts: 0 })
  },
)

test('a loader that has begun is not aborted by its caller’s hardTimeout, but by its own', async () => {
  const { value, cache, clock, gate, first } = await lineWithoutRedis()
  const reasons: unknown[] = []
  const impatient = cache.define({
    key: 'impatient:{id}',
    policy: { ttl: '5m', hardTimeout: '2s' },
    load: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason)
          reject(signal.reason as Error)
        })
      }),
  })
  const read = impatient.getOrSet({ id: 2 }).catch((error: unknown) => error)
  await nextTurn()
  clock.advance('1s')
  gate.open()
  expect(await first).toBe(1)
  await eventually(() => {
    expect(cache.stats().loads).toBe(2)
  })
  clock.advance('1s')
  expect(await read).toMatchObject({ code: 'E_CACHE_TIMEOUT', phase: 'wait' })
  expect(reasons).toEqual([])
  clock.advance('1s')
  expect(reasons).toEqual([expect.objectContaining({ code: 'E_CACHE_TIMEOUT', phase: 'loader' })])
  expect(await value.getOrSet({ id: 3 })).toBe(3)
  expect(cache.stats()).toMatchObject({ loadErrors: 1, loadTimeouts: 1 })
})

test('a loader that goes on after its hardTimeout keeps its place', async () => {
  const { cache, redis } = await connectCache({ namespace: uniqueNamespace(), loaderConcurrency: 1 })
  const gate = createGate()
  const stubborn = cache.define({
    key: 'stubborn:{id}',
    policy: { ttl: '5m', hardTimeout: '50ms' },
    load: () => gate.pass().then(() => 'late'),
  })
  let next = 0
  const other = cache.define({ key: 'other:{id}', policy: { ttl: '5m' }, load: () => (next += 1) })
  await expect(stubborn.getOrSet({ id: 1 })).rejects.toMatchObject({ code: 'E_CACHE_TIMEOUT' })
  await eventually(() => {
    expect(cache.stats()).toMatchObject({ loadTimeouts: 1, loadErrors: 1 })
  })
  const waiting = other.getOrSet({ id: 1 })
  await eventually(async () => {
    expect(await redis.exists(`${cache.namespace}:other:1`)).toBe(1)
  })
  expect(next).toBe(0)
  gate.open()
  expect(await waiting).toBe(1)
})
