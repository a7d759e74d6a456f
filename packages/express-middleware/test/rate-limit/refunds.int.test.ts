import { randomUUID } from 'node:crypto'
import { startRedis } from '@vidnest/services'
import express from 'express'
import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { rateLimiter, RedisRateLimitStore } from '../../src/index.ts'
import { limitedApp } from '../support/limited-app.ts'
import { ManualClock } from '@vidnest/cache-core/testing'
import { closeAll, connect, onClose, serve } from '../support/serve.ts'

afterEach(closeAll)

/** Waits until no point of the client is taken. */
async function refunded(redis: Redis, key: string): Promise<void> {
  await vi.waitFor(async () => {
    const hits = (await redis.type(key)) === 'hash' ? await redis.hget(key, 'hits') : await redis.exists(key)
    expect(Number(hits)).toBe(0)
  })
}

describe.each(['fixed-window', 'sliding-log', 'gcra'] as const)('%s', (algorithm) => {
  test('a refund gives a point back once, never makes a key, and never more than was taken', async () => {
    const app = await limitedApp({ algorithm, limit: 2, skipSuccessfulRequests: true })
    const redis = await connect()
    for (let request = 0; request < 6; request += 1) expect((await app.hit()).status).toBe(204)
    await vi.waitFor(async () => {
      expect((await app.hit('c', '/fails')).status).toBe(401)
    })
    const store = new RedisRateLimitStore({ ...app.policy, name: 'plain' })
    await store.increment('x')
    const key = `${app.policy.namespace}:ratelimit:plain:x`
    await redis.unlink(key)
    await store.decrement('x')
    await store.decrement('x')
    expect(await redis.exists(key)).toBe(0)
  })

  test('a refund leaves its life to what still counts', async () => {
    const redis = await connect()
    const namespace = `l-${randomUUID().slice(0, 8)}`
    const store = new RedisRateLimitStore({
      redis,
      namespace,
      name: 'test',
      window: '10m',
      limit: 3,
      algorithm,
    })
    for (let request = 0; request < 2; request += 1) await store.increment('c')
    await store.decrement('c')
    const life = await redis.pttl(`${namespace}:ratelimit:test:c`)
    expect(life).toBeGreaterThan(480_000)
    expect(life).toBeLessThanOrEqual(600_000)
  })

  test('requests that failed in an earlier window do not use up the refunds of a later one', async () => {
    const app = await limitedApp({ algorithm, limit: 3, window: '1s', skipSuccessfulRequests: true })
    for (let failure = 0; failure < 3; failure += 1) await app.hit('c', '/fails')
    const redis = await connect()
    const key = `${app.policy.namespace}:ratelimit:test:c`
    await vi.waitFor(
      async () => {
        expect(await redis.exists(key)).toBe(0)
      },
      { timeout: 5000 },
    )
    for (let success = 0; success < 8; success += 1) {
      expect((await app.hit()).status).toBe(204)
      await refunded(redis, key)
    }
  })
})

test.each(['fixed-window', 'sliding-log'] as const)(
  '%s: an answer that outlasts its window gives the next window no point, and none twice',
  async (algorithm) => {
    const redis = await connect()
    const namespace = `l-${randomUUID().slice(0, 8)}`
    const store = new RedisRateLimitStore({
      redis,
      namespace,
      name: 'test',
      window: '10m',
      limit: 2,
      algorithm,
    })
    const slow = await store.increment('c')
    await redis.unlink(`${namespace}:ratelimit:test:c`)
    const [one, two] = [await store.increment('c'), await store.increment('c')]
    expect([one.totalHits, two.totalHits]).toEqual([1, 2])
    await store.refund(slow.resetTime ?? new Date())
    expect((await store.increment('c')).totalHits).toBe(3)
    await store.refund(two.resetTime ?? new Date())
    await store.refund(two.resetTime ?? new Date())
    await store.refund(new Date())
    expect([(await store.increment('c')).totalHits, (await store.increment('c')).totalHits]).toEqual([2, 3])
  },
)

test('as a store of express-rate-limit itself it gives back what counts, not what an earlier window left', async () => {
  const redis = await connect()
  const clock = new ManualClock()
  const namespace = `l-${randomUUID().slice(0, 8)}`
  const store = new RedisRateLimitStore({ redis, namespace, name: 'test', window: '1m', limit: 3, clock })
  for (let failure = 0; failure < 3; failure += 1) await store.increment('c')
  await redis.unlink(`${namespace}:ratelimit:test:c`)
  clock.advance('60001ms')
  for (let success = 0; success < 8; success += 1) {
    expect((await store.increment('c')).totalHits).toBe(1)
    await store.decrement('c')
  }
})

test('a limit that skips a request gives back nothing of another limit’s', async () => {
  const redis = await connect()
  const policy = {
    redis,
    namespace: `l-${randomUUID().slice(0, 8)}`,
    window: '10m',
    identifier: () => 'c',
  } as const
  const app = express()
  app.use(rateLimiter({ ...policy, name: 'counted', limit: 2 }))
  app.use(
    rateLimiter({ ...policy, name: 'skipped', limit: 2, skip: () => true, skipSuccessfulRequests: true }),
  )
  app.get('/', (_req, res) => {
    res.sendStatus(204)
  })
  const url = await serve(app)
  expect([(await fetch(url)).status, (await fetch(url)).status, (await fetch(url)).status]).toEqual([
    204, 204, 429,
  ])
})

test('while Redis is away, a successful request gives its point back too', async () => {
  const server = await startRedis()
  onClose(() => server.stop())
  const app = await limitedApp({ redis: await connect(server.url), limit: 2, skipSuccessfulRequests: true })
  await server.kill()
  for (let success = 0; success < 6; success += 1) {
    await vi.waitFor(async () => {
      expect((await app.hit()).status).toBe(204)
    })
  }
  for (let failure = 0; failure < 4; failure += 1) await app.hit('d', '/fails')
  expect((await app.hit('d', '/fails')).status).toBe(429)
})

test('sliding-log: failed requests are counted, successful ones give their point back', async () => {
  const app = await limitedApp({ limit: 3, skipSuccessfulRequests: true, algorithm: 'sliding-log' })
  for (let login = 0; login < 10; login += 1) {
    expect((await app.hit()).status).toBe(204)
  }
  const statuses: number[] = []
  for (let login = 0; login < 5; login += 1) statuses.push((await app.hit('c', '/fails')).status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(3)
  expect(statuses.at(-1)).toBe(429)
})
