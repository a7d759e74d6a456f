import { afterEach, expect, test } from 'vitest'
import { createCache, redisProfile } from '../../src/index.ts'
import { uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { closeLabs, openClient, openLab } from '../support/fault-lab.ts'

afterEach(closeLabs)

test('health tells what the client connects to, the server and its eviction policy, and nothing wrong', async () => {
  const { server, cache } = await openLab({ args: ['--maxmemory-policy', 'volatile-ttl'] })
  await eventually(async () => {
    expect(await cache.health()).toEqual({
      status: 'up',
      redis: {
        ready: true,
        breaker: 'closed',
        mode: 'single',
        pingMs: expect.any(Number) as number,
        server: `${server.product} ${server.version}`,
        evictionPolicy: 'volatile-ttl',
        watchesFailover: true,
      },
      invalidationsQueued: 0,
      warnings: [],
    })
  })
})

test('health leaves out what the account may not ask, and counts that as no failure', async () => {
  const { admin, server, cache: other } = await openLab()
  await admin.call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '&*', '+@all', '-info')
  const url = server.url.replace('redis://', 'redis://limited:secret@')
  const redis = openClient(url, { ...redisProfile('cache'), enableReadyCheck: false })
  const cache = createCache({ redis, namespace: uniqueNamespace(), redisTimeout: '2s' })
  await eventually(async () => {
    const { redis: health } = await cache.health()
    expect(health).toMatchObject({ ready: true, watchesFailover: false })
    expect(health).not.toHaveProperty('server')
    expect(health).not.toHaveProperty('evictionPolicy')
  })
  const before = cache.stats().storeErrors
  await cache.health()
  expect(cache.stats().storeErrors).toBe(before)
  await Promise.all([cache.close(), other.close()])
})

test('health calls what the account may not do a matter of authentication', async () => {
  const { admin, server } = await openLab()
  await admin.call('ACL', 'SETUSER', 'mute', 'on', '>secret', '~*', '&*', '+@all', '-ping')
  const redis = openClient(server.url.replace('redis://', 'redis://mute:secret@'), redisProfile('cache'))
  const cache = createCache({ redis, namespace: uniqueNamespace(), redisTimeout: '2s' })
  await eventually(async () => {
    expect((await cache.health()).redis).toMatchObject({ ready: false, problem: 'auth' })
  })
  await cache.close()
})

test('health of a cache that is switched off asks nobody', async () => {
  const cache = createCache({ namespace: 'off', enabled: false })
  expect((await cache.health()).redis).toEqual({ ready: false, breaker: 'closed', watchesFailover: false })
})

test('a client made with lazyConnect is connected by its first read, which does not wait for it', async () => {
  const { server } = await openLab()
  const redis = openClient(server.url, { ...redisProfile('cache'), lazyConnect: true })
  const cache = createCache({ redis, namespace: uniqueNamespace(), redisTimeout: '2s' })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'loaded' })
  expect(redis.status).toBe('wait')
  expect(await video.getOrSet({ id: 1 })).toBe('loaded')
  await eventually(async () => {
    await video.getOrSet({ id: 1 })
    expect(await video.has({ id: 1 })).toBe(true)
  })
  await cache.close()
})
