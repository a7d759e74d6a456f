import { expect, test } from 'vitest'
import { CacheStoreError, type CacheEvents } from '../../src/index.ts'
import type { Plan } from '../../src/invalidation/plan.ts'
import { InvalidationQueue } from '../../src/invalidation/queue.ts'
import { EventBus } from '../../src/observability/events.ts'
import { ManualClock } from '../../src/testing/index.ts'
import { eventually } from '../support/eventually.ts'

function keys(...names: string[]): Plan {
  return { keys: names, tags: [], sweeps: [], mode: 'hard', holdMs: 0 }
}

/** A queue before a Redis that the test switches on and off. */
function queueTo() {
  const clock = new ManualClock()
  const events = new EventBus('n')
  const redis = { down: true, done: [] as Plan[], meanwhile: () => undefined as unknown }
  const replayed: number[] = []
  events.on('invalidationReplayed', ({ count }) => replayed.push(count))
  const failed: CacheEvents['invalidationFailed'][] = []
  events.on('invalidationFailed', (event) => failed.push(event))
  const queue = new InvalidationQueue({
    clock,
    events,
    async execute(plan) {
      await Promise.resolve()
      if (redis.down) throw new CacheStoreError('invalidate', 'no connection')
      redis.meanwhile()
      redis.done.push(plan)
    },
  })
  return { clock, queue, redis, replayed, failed }
}

test('rule 23: what waits is tried every quarter of a second, and at the first sign of Redis', async () => {
  const { clock, queue, redis, replayed } = queueTo()
  queue.add(keys('a'))
  clock.advance('250ms')
  expect(await queue.replay()).toBe(false)
  redis.down = false
  clock.advance('249ms')
  expect(redis.done).toEqual([])
  clock.advance('1ms')
  await eventually(() => {
    expect(queue.size).toBe(0)
  })
  expect([redis.done, replayed]).toEqual([[keys('a')], [1]])
  queue.add(keys('b'))
  expect(await queue.replay()).toBe(true)
  expect(replayed).toEqual([1, 1])
})

test('rule 23: an invalidation that fails while the same key is being replayed is not lost', async () => {
  const { clock, queue, redis } = queueTo()
  queue.add(keys('a'))
  redis.down = false
  redis.meanwhile = () => queue.add(keys('a'))
  expect(await queue.replay()).toBe(false)
  redis.meanwhile = () => undefined
  clock.advance('250ms')
  await eventually(() => {
    expect(queue.size).toBe(0)
  })
  expect(redis.done).toEqual([keys('a'), keys('a')])
})

test('rule 23: of many steps those that were done are not done again', async () => {
  const { queue, redis, replayed } = queueTo()
  queue.add({ ...keys('a'), tags: ['t'] })
  redis.down = false
  redis.meanwhile = () => {
    redis.down = true
  }
  expect(await queue.replay()).toBe(false)
  redis.meanwhile = () => undefined
  redis.down = false
  expect(await queue.replay()).toBe(true)
  expect(redis.done).toEqual([keys('a'), { ...keys(), tags: ['t'] }])
  expect(replayed).toEqual([1, 1])
})

test('rule 23: closing says what is lost, by number and never by name, and takes no more', () => {
  const { clock, queue, failed } = queueTo()
  queue.add({ ...keys('secret-1', 'secret-2'), tags: ['secret-3'] })
  queue.close()
  queue.close()
  expect(failed).toEqual([
    { queued: false, error: expect.objectContaining({ code: 'E_CACHE_INVALIDATION' }) },
  ])
  expect(failed[0]?.error.message).toContain('2 keys, 1 tag')
  expect(failed[0]?.error.message).not.toContain('secret')
  expect(queue.isOpen).toBe(false)
  expect(clock.pendingTimers).toBe(0)
})

test('closing an empty queue says nothing', () => {
  const { queue, failed } = queueTo()
  queue.close()
  expect(failed).toEqual([])
})
