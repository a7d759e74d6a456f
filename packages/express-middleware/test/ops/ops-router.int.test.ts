import { randomUUID } from 'node:crypto'
import { type CacheOptions, createCache } from '@vidnest/cache-core'
import { startRedis } from '@vidnest/services'
import express from 'express'
import type { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { opsRouter, type OpsRouterOptions } from '../../src/index.ts'
import { intercept } from '../support/intercept.ts'
import { limitedApp } from '../support/limited-app.ts'
import { closeAll, connect, onClose, serve } from '../support/serve.ts'

afterEach(closeAll)

async function opsApp(
  options: Partial<OpsRouterOptions> = {},
  redisUrl?: string,
  cacheOptions: Partial<CacheOptions> = {},
) {
  const redis = await connect(redisUrl)
  const cache = createCache({ redis, namespace: `o-${randomUUID().slice(0, 8)}`, ...cacheOptions })
  onClose(() => cache.close())
  const item = cache.define({
    key: 'item:{id}',
    policy: { ttl: '5m' },
    load: ({ id }) => id,
    tags: () => ['items'],
  })
  const app = express()
  app.use(
    opsRouter({
      authorize: (req) => req.get('x-admin') === 'yes',
      caches: { values: cache },
      redis: { cache: redis },
      ...options,
    }),
  )
  const url = await serve(app)
  const ask = async (
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(url + path, {
      ...init,
      headers: { 'x-admin': 'yes', 'content-type': 'application/json', ...init.headers },
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return { url, redis, cache, item, ask }
}

test('it is not built without authorize, nor with an option that it does not know', () => {
  expect(() => opsRouter({} as never)).toThrow(/^authorize: /)
  expect(() => opsRouter({ authorize: () => true, auth: true } as never)).toThrow(/^auth: /)
  expect(() => opsRouter({ authorize: () => true, redisTimeout: 250 } as never)).toThrow(/^redisTimeout: /)
})

test('health is for everybody, everything else for whom authorize lets in', async () => {
  const { ask } = await opsApp()
  const anonymous = { headers: { 'x-admin': 'no' } }
  expect((await ask('/livez', anonymous)).status).toBe(200)
  expect((await ask('/readyz', anonymous)).status).toBe(200)
  const guarded = [
    ['GET', '/cache/stats'],
    ['POST', '/cache/invalidate'],
    ['GET', '/redis/health'],
    ['GET', '/redis/stats'],
    ['DELETE', '/redis/flush'],
  ] as const
  for (const [method, path] of guarded) expect((await ask(path, { method, ...anonymous })).status).toBe(403)
})

test('statistics, Redis’ state and the flush of cached values', async () => {
  const { ask, item, redis, cache } = await opsApp()
  await item.set({ id: 1 }, 1)
  await item.get({ id: 1 })
  await item.get({ id: 2 })
  await redis.set(`${cache.namespace}:counter`, '5')
  expect((await ask('/cache/stats')).body).toMatchObject({ hits: 1, misses: 1, hitRatio: 0.5 })
  expect((await ask('/redis/health')).body).toEqual({ status: 'up', roles: { cache: 'up' } })
  expect((await ask('/redis/stats')).body).toMatchObject({
    cache: {
      connected: true,
      dbSize: expect.any(Number) as number,
      info: { redis_version: expect.any(String) as string },
      memory: { used_memory: expect.any(String) as string },
    },
  })
  expect((await ask('/redis/flush', { method: 'DELETE' })).body).toEqual({ removed: 1 })
  expect(await redis.get(`${cache.namespace}:counter`)).toBe('5')
})

test('tags and patterns are invalidated, or tried first; bad input names its field', async () => {
  const { ask, item } = await opsApp()
  await item.set({ id: 1 }, 1)
  const invalidate = (body: unknown) =>
    ask('/cache/invalidate', { method: 'POST', body: JSON.stringify(body) })
  expect((await invalidate({ pattern: 'item:*', dryRun: true })).body).toMatchObject({
    removed: 1,
    dryRun: true,
  })
  expect(await item.has({ id: 1 })).toBe(true)
  expect((await invalidate({ tags: ['items'] })).status).toBe(200)
  expect(await item.has({ id: 1 })).toBe(false)
  for (const [body, field] of [
    [{}, 'tags'],
    [{ tags: 'items' }, 'tags'],
    [{ pattern: '*'.repeat(9) }, 'pattern'],
    [{ pattern: 'x'.repeat(300) }, 'pattern'],
    [{ pattern: 'a', dryRun: 'yes' }, 'dryRun'],
    [{ all: true }, 'all'],
  ] as const) {
    expect(await invalidate(body)).toMatchObject({ status: 400, body: { field } })
  }
})

test('readiness is degraded without what can be done without, down without what cannot, and while draining', async () => {
  let draining = false
  const server = await startRedis()
  onClose(() => server.stop())
  const { ask } = await opsApp({ isDraining: () => draining }, server.url)
  expect((await ask('/readyz')).body).toMatchObject({
    status: 'up',
    checks: { 'redis-cache': { status: 'up' } },
  })
  await server.kill()
  const withoutMail = await opsApp({
    checks: {
      database: { check: () => 'fine' },
      mail: { check: () => Promise.reject(new Error('no')), critical: false },
    },
  })
  expect(await withoutMail.ask('/readyz')).toMatchObject({ status: 200, body: { status: 'degraded' } })
  const other = await opsApp({
    checks: { database: { check: () => Promise.reject(new Error('a secret reason')) } },
  })
  const answer = await other.ask('/readyz')
  expect(answer).toMatchObject({ status: 503, body: { status: 'down' } })
  expect(JSON.stringify(answer.body)).not.toContain('secret')
  draining = true
  expect(await ask('/readyz')).toMatchObject({ status: 503, body: { draining: true } })
  expect((await ask('/redis/health')).status).toBe(503)
  expect((await ask('/redis/stats')).body).toEqual({ cache: { connected: false } })
  expect(await ask('/redis/flush', { method: 'DELETE' })).toMatchObject({ status: 503 })
})

test('a frozen Redis is down at once where somebody has waited for it already, whichever client they have', async () => {
  const server = await startRedis()
  onClose(() => server.stop())
  const asked: string[] = []
  const noting = (role: string, client: Redis): Redis =>
    intercept(client, (command, send) => {
      if (command === 'PING') asked.push(role)
      return send()
    })
  const session = noting('session', await connect(`${server.url}/1`))
  const cache = noting('cache', await connect(`${server.url}/0`))
  const { ask } = await opsApp({ redis: { cache, session }, redisTimeout: '1s' })
  expect((await ask('/redis/health')).status).toBe(200)
  expect(asked).toEqual(['cache', 'session'])
  const limited = await limitedApp({ redis: session, redisTimeout: '1s' })
  await server.pause()
  expect((await limited.hit()).status).toBe(204)
  const down = { status: 'down', roles: { cache: 'down', session: 'down' } }
  expect(await ask('/redis/health')).toEqual({ status: 503, body: down })
  expect(asked).toHaveLength(2)
  await server.resume()
})

test('an application answers in its own envelope', async () => {
  const { ask } = await opsApp({
    respond: (res, status, data) => {
      res.status(status).json({ statusCode: status, data, success: status < 400 })
    },
  })
  expect((await ask('/livez')).body).toEqual({ statusCode: 200, data: { status: 'up' }, success: true })
})

test('a body that cannot be read is a 400 in the same form, without a stack', async () => {
  const { ask } = await opsApp()
  const answer = await ask('/cache/invalidate', { method: 'POST', body: '{ not JSON' })
  expect(answer).toEqual({ status: 400, body: { message: 'body: cannot be read as JSON', field: 'body' } })
  const large = await ask('/cache/invalidate', { method: 'POST', body: JSON.stringify(['x'.repeat(20_000)]) })
  expect(large).toMatchObject({ status: 413, body: { field: 'body' } })
})

test('only true lets in', async () => {
  const { ask } = await opsApp({ authorize: (() => ({ role: 'viewer' })) as never })
  expect((await ask('/redis/flush', { method: 'DELETE' })).status).toBe(403)
})

test('an invalidation that waits for Redis is 202 and counted, not reported as done', async () => {
  const server = await startRedis()
  onClose(() => server.stop())
  const { ask } = await opsApp({}, server.url, { onInvalidationFailure: 'queue' })
  await server.kill()
  expect(await ask('/redis/flush', { method: 'DELETE' })).toEqual({
    status: 202,
    body: { removed: 0, queued: 1 },
  })
  expect(
    await ask('/cache/invalidate', { method: 'POST', body: JSON.stringify({ tags: ['items'] }) }),
  ).toMatchObject({ status: 202, body: { queued: 1 } })
})

test('an account that may not ask for INFO still sees that Redis is connected', async () => {
  const server = await startRedis()
  onClose(() => server.stop())
  const admin = await connect(server.url)
  await admin.call('ACL', 'SETUSER', 'limited', 'on', '>password', '~*', '&*', '+@all', '-info')
  const { ask } = await opsApp({}, server.url.replace('redis://', 'redis://limited:password@'))
  expect((await ask('/redis/stats')).body).toEqual({ cache: { connected: true, dbSize: 0 } })
  expect((await ask('/redis/health')).status).toBe(200)
})
