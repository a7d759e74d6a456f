import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { uniqueNamespace } from '../support/connect.ts'
import {
  closeLabs,
  expectReadsFromSource,
  expectRecovery,
  openClient,
  openLab,
  settled,
  type FaultLab,
} from '../support/fault-lab.ts'
import { ownReplicatedRedis } from '../support/trouble.ts'
import { eventually } from '../support/eventually.ts'

/** What is refused without a wait takes no longer. */
const atOnceMs = 5

afterEach(closeLabs)

/** Attempts to connect that a back-off of up to a second allows: 50, 100, … 800 ms, then one a second, each a tenth less. */
function mostAttempts(sinceMs: number): number {
  return 6 + Math.ceil((performance.now() - sinceMs) / 900)
}

/** Expects calls to fail within 5 ms, but for those that meet a garbage collection. */
async function expectNoWait({ stopwatch, video }: FaultLab): Promise<void> {
  for (let call = 0; call < 50; call += 1) await stopwatch.time(() => video.get({ id: call }))
  await stopwatch.expectShareWithin(0.9, atOnceMs, 'a call without a connection')
}

test('fault 2: calls to a killed server fail without a wait, and nothing needs a restart when it is back', async () => {
  const lab = await openLab()
  const { server, proxy, redis, cache, failures } = lab
  const dropped = new Promise((resolve) => redis.once('close', resolve))
  await server.kill()
  await proxy.set({ accept: 'refuse' })
  await dropped
  failures.length = 0
  for (let round = 0; round < 5; round += 1) await expectReadsFromSource(lab)
  await lab.expectBounded()
  await expectNoWait(lab)
  expect(new Set(failures.map((failure) => failure.split(' ')[1]))).toEqual(new Set(['E_CACHE_STORE']))
  await expect(cache.invalidate('all')).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
  expect(await lab.video.set({ id: 1 }, { version: 1 })).toBe(false)
  expect(lab.queued()).toBe(0)
  expect((await cache.health()).redis).toMatchObject({ ready: false, problem: 'unreachable' })
  const { loads } = cache.stats()
  await Promise.all(Array.from({ length: 200 }, () => lab.video.getOrSet({ id: 1 })))
  expect(cache.stats().loads - loads).toBeLessThanOrEqual(2)
  await server.restart()
  await proxy.heal()
  await lab.expectRecovery(2000)
  await lab.expectClean()
})

test('a cache that is made before Redis is there answers from the source, and uses Redis once it is', async () => {
  const { server, proxy } = await openLab()
  await server.kill()
  const late = openClient(proxy.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 })
  const cache = createCache({ redis: late, namespace: uniqueNamespace() })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => ({ version: 1 }) })
  await expectReadsFromSource({ video, row: { version: 1 } })
  await server.restart()
  await expectRecovery(video)
  expect(cache.stats().fills).toBeGreaterThan(0)
  await cache.close()
})

test('fault 5: while all connections are reset over and over, every call settles, and nothing is left of it', async () => {
  const lab = await openLab()
  for (let storm = 0; storm < 100; storm += 1) {
    lab.proxy.resetAll()
    await expectReadsFromSource(lab)
    await settled([lab.cache.invalidate({ tag: 'videos' }), lab.video.set({ id: 1 }, { version: 1 })])
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await lab.stopwatch.expectShareWithin(0.9, 150, 'reads right after a reset')
  expect(lab.failures.length).toBeGreaterThan(0)
  await lab.expectRecovery()
  await lab.expectClean()
}, 120_000)

/** Bytes on the heap that are in use. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

test('fault 9: a hundred thousand writes to a server that is down keep no memory', async () => {
  const lab = await openLab()
  await lab.proxy.set({ accept: 'refuse' })
  lab.proxy.resetAll()
  await eventually(() => {
    expect(lab.redis.status).toBe('reconnecting')
  })
  const pages = lab.cache.define({ key: 'page:{id}', policy: { ttl: '5m' }, load: () => '' })
  lab.failures.length = 0
  const before = usedHeap()
  for (let batch = 0; batch < 100; batch += 1) {
    const writes = Array.from({ length: 1000 }, (_, index) =>
      pages.set({ id: batch * 1000 + index }, `${String(index)}${'x'.repeat(1000)}`),
    )
    expect(new Set(await Promise.all(writes))).toEqual(new Set([false]))
    lab.failures.length = 0
  }
  expect(lab.queued()).toBe(0)
  expect(usedHeap() - before).toBeLessThan(10 * 2 ** 20)
  for (let write = 0; write < 100; write += 1)
    expect(await lab.stopwatch.time(() => pages.set({ id: 1 }, 'x'))).toBe(false)
  await lab.stopwatch.expectShareWithin(0.9, atOnceMs, 'a write that nothing can be sent for')
  await lab.proxy.heal()
  await lab.expectRecovery()
  await lab.expectClean()
})

test('fault 9: by ioredis’ defaults those writes would have been kept', async () => {
  const refused = openClient('redis://127.0.0.1:1')
  for (let write = 0; write < 100; write += 1) refused.set('key', 'value').catch(() => undefined)
  expect((refused as unknown as { offlineQueue: { length: number } }).offlineQueue.length).toBe(100)
})

test('fault 17: with no connection left for it, a client tries once a second at most, and is served when there is one', async () => {
  const lab = await openLab()
  await lab.admin.config('SET', 'maxclients', '1')
  const startedAt = performance.now()
  const before = lab.proxy.accepted
  lab.proxy.resetAll()
  await eventually(() => {
    expect(lab.proxy.accepted).toBeGreaterThanOrEqual(before + 4)
  })
  await expectReadsFromSource(lab)
  await lab.expectBounded()
  expect(lab.proxy.accepted - before).toBeLessThanOrEqual(mostAttempts(startedAt))
  await lab.admin.config('SET', 'maxclients', '1000')
  await lab.expectRecovery()
  await lab.expectClean()
})

test('fault 18: a password that was changed is told as such, costs reads no wait, and no storm of attempts', async () => {
  const lab = await openLab()
  const { admin, proxy, cache, failures } = lab
  await admin.config('SET', 'requirepass', 'another one')
  const startedAt = performance.now()
  const before = proxy.accepted
  proxy.resetAll()
  await eventually(async () => {
    expect((await cache.health()).redis).toMatchObject({ ready: false, problem: 'auth' })
  })
  failures.length = 0
  await expectReadsFromSource(lab)
  expect(new Set(failures.map((failure) => failure.split(' ')[1]))).toEqual(new Set(['E_CACHE_STORE']))
  await lab.expectBounded()
  await expectNoWait(lab)
  await eventually(() => {
    expect(proxy.accepted).toBeGreaterThanOrEqual(before + 4)
  })
  expect(proxy.accepted - before).toBeLessThanOrEqual(mostAttempts(startedAt))
  await admin.config('SET', 'requirepass', '')
  await lab.expectRecovery()
  expect((await cache.health()).redis).not.toHaveProperty('problem')
  await lab.expectClean()
})

test('fault 22: a master that has become a replica is left, not over and over, and used again when it is promoted', async () => {
  const lab = await openLab({ replicated: true })
  const master = await ownReplicatedRedis()
  const { admin, server, redis, cache, proxy, stopwatch } = lab
  await admin.replicaof(master.host, master.port)
  const startedAt = performance.now()
  const before = proxy.accepted
  let left = 0
  redis.on('close', () => (left += 1))
  await eventually(async () => {
    const invalidation = stopwatch.time(() => cache.invalidate({ tag: 'videos' }))
    await expect(invalidation).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
    expect(left).toBeGreaterThanOrEqual(2)
  })
  await expectReadsFromSource(lab)
  await lab.expectBounded()
  expect(proxy.accepted - before).toBeLessThanOrEqual(mostAttempts(startedAt))
  redis.removeAllListeners('close')
  await openClient(server.url).replicaof('NO', 'ONE')
  await lab.expectRecovery()
  await lab.cache.close()
})

test('fault 22: behind a name that leads to the new master, the client finds it', async () => {
  const lab = await openLab({ replicated: true })
  const promoted = await ownReplicatedRedis()
  await lab.admin.replicaof(promoted.host, promoted.port)
  lab.proxy.retarget(promoted)
  await eventually(() => lab.cache.invalidate({ tag: 'videos' }))
  expect(await openClient(promoted.url).exists(`${lab.cache.namespace}:~tag:videos`)).toBe(1)
  await lab.expectRecovery()
  await lab.expectClean()
})
