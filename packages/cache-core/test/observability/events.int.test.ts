import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import type { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { Cache, CacheChannelMessage, CacheEventName } from '../../src/index.ts'
import { eventMetrics } from '../../src/metrics/event-metrics.ts'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { ManualClock } from '../../src/testing/index.ts'

const eventNames = Object.keys(eventMetrics) as CacheEventName[]
const subscriptions: (() => void)[] = []

afterEach(async () => {
  for (const off of subscriptions.splice(0)) off()
  await closeAll()
})

type Message = CacheChannelMessage<CacheEventName>

/** What the channels carry for a namespace, by event. */
function receiveAll(namespace: string): [CacheEventName, Message][] {
  const received: [CacheEventName, Message][] = []
  for (const name of eventNames) {
    const channel = `vidnest:cache:${name}`
    const onMessage = (message: unknown): void => {
      if ((message as Message).namespace === namespace) received.push([name, message as Message])
    }
    subscribe(channel, onMessage)
    subscriptions.push(() => unsubscribe(channel, onMessage))
  }
  return received
}

test('the diagnostics channels carry what the listeners are told, and the namespace', async () => {
  const namespace = uniqueNamespace()
  const received = receiveAll(namespace)
  const { cache } = await connectCache({ namespace })
  const told: [CacheEventName, object][] = []
  for (const name of eventNames) cache.on(name, (event) => told.push([name, event]))
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'value' })
  await video.getOrSet({ id: 1 })
  await vi.waitFor(() => expect(cache.stats().fills).toBe(1))
  await video.get({ id: 1 })
  await video.invalidate({ id: 1 })
  expect(told.map(([name]) => name)).toEqual(['miss', 'load', 'fill', 'hit', 'invalidate'])
  expect(received).toEqual(told.map(([name, event]) => [name, { namespace, ...event }]))
})

const secret = 'hunter2'
const fail = (): never => {
  throw new Error(secret)
}

/** Whatever can go wrong, goes wrong, with the secret as parameter, tag, value and message. */
async function failEverywhere(cache: Cache, redis: Redis, clock: ManualClock): Promise<void> {
  const policy = { ttl: '5m' } as const
  const id = secret
  const thrower = cache.define({ key: 'thrower:{id}', policy, load: fail })
  await expect(thrower.getOrSet({ id })).rejects.toThrow(secret)
  const schema = z.object({ title: z.literal('fixed') })
  const misfit = cache.define({
    key: 'misfit:{id}',
    schema,
    policy,
    load: () => ({ title: secret }) as never,
  })
  await misfit.getOrSet({ id })
  const unwritable = cache.define({ key: 'unwritable:{id}', policy, load: () => ({ secret, toJSON: fail }) })
  await unwritable.getOrSet({ id })
  const untagged = cache.define({ key: 'untagged:{id}', policy, load: () => secret, valueTags: fail })
  await untagged.getOrSet({ id })
  const row = cache.define({ key: 'row:{id}', policy, load: () => ({ secret }), tags: () => [secret] })
  await row.set({ id }, { secret })
  const key = `${cache.namespace}:row:${secret}`
  await redis.set(key, ((await redis.get(key)) ?? '').slice(0, -1))
  expect(await row.get({ id })).toBeUndefined()
  await redis.del(key)
  await redis.rpush(key, secret)
  expect(await row.get({ id })).toBeUndefined()
  const sink = { apply: fail, lastApplied: () => Promise.resolve(0) }
  const counter = cache.counter({ key: 'views:{id}', seed: () => 0, sink, flushEvery: '1s' })
  await counter.increment({ id })
  const warned = new Promise((resolve) => cache.on('warning', resolve))
  clock.advance('1s')
  await warned
  redis.disconnect()
  await vi.waitFor(() => expect(redis.status).toBe('end'))
  await row.getOrSet({ id })
  await expect(cache.invalidate([{ tag: secret }, row.target({ id })])).rejects.toMatchObject({
    code: 'E_CACHE_INVALIDATION',
  })
}

test('no event carries a key, a parameter, a tag, a value or the words of another error', async () => {
  const namespace = uniqueNamespace()
  const received = receiveAll(namespace)
  const clock = new ManualClock()
  const { cache, redis } = await connectCache({ namespace, clock })
  await failEverywhere(cache, redis, clock)
  const seen = new Set(received.map(([name]) => name))
  expect([...seen]).toEqual(
    expect.arrayContaining(['load', 'miss', 'codecError', 'storeError', 'warning', 'invalidationFailed']),
  )
  const telling = received.filter(([, message]) =>
    inspect(message, { depth: Infinity, showHidden: true }).includes(secret),
  )
  expect(telling).toEqual([])
})
