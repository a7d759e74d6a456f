import { afterEach, expect, test, vi } from 'vitest'
import { createCache, type Cache, type CacheOptions } from '../../src/index.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'
import { withScripts } from '../support/mutants.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

const definition = { key: 'video:{id}', policy: { ttl: '10m' } } as const

/** An entry is written, saved by the server, invalidated, and back after a crash that loses the invalidation. */
async function afterLostInvalidation(
  options: Partial<CacheOptions>,
  broken: Readonly<Record<string, string>> = {},
): Promise<{ value: string | undefined; epochs: boolean[] }> {
  const server = await ownRedis()
  const redis = await connect(server.url)
  const client = Object.keys(broken).length === 0 ? redis : withScripts(redis, broken)
  const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s', ...options })
  const epochs: boolean[] = []
  cache.on('epoch', ({ kept }) => epochs.push(kept))
  const video = cache.define({ ...definition, load: () => 'new' })
  expect(await video.set({ id: 1 }, 'old')).toBe(true)
  await redis.save()
  await video.invalidate({ id: 1 })
  await server.kill()
  await server.restart()
  await vi.waitFor(
    async () => {
      expect((await cache.health()).redis?.ready).toBe(true)
    },
    { timeout: 15_000 },
  )
  const value = await video.get({ id: 1 })
  await cache.close()
  return { value, epochs }
}

test('rule 16: what a server brings back from an old dump is a miss', async () => {
  expect(await afterLostInvalidation({})).toEqual({ value: undefined, epochs: [false] })
})

test('rule 16: with onFailover keep it is served again', async () => {
  expect(await afterLostInvalidation({ onFailover: 'keep' })).toEqual({ value: 'old', epochs: [true] })
})

test('rule 16: without the comparison of run ids it would come back', async () => {
  const epoch = scripts.epoch.lua.replace('then missing = true', 'then missing = false')
  expect(await afterLostInvalidation({}, { epoch })).toEqual({ value: 'old', epochs: [] })
})

async function twoProcesses(url: string): Promise<[Cache, Cache]> {
  const namespace = uniqueNamespace()
  const caches: Cache[] = []
  for (let process = 0; process < 2; process += 1)
    caches.push(createCache({ redis: await connect(url), namespace, redisTimeout: '2s' }))
  return caches as [Cache, Cache]
}

test('processes agree on the epoch after FLUSHALL and after a restart, and share their entries', async () => {
  const server = await ownRedis()
  const [one, other] = await twoProcesses(server.url)
  const [mine, theirs] = [one, other].map((cache) => cache.define({ ...definition, load: () => 'loaded' }))
  const shared = async (): Promise<void> => {
    await vi.waitFor(
      async () => {
        expect(await mine?.set({ id: 1 }, 'shared')).toBe(true)
        expect(await theirs?.get({ id: 1 })).toBe('shared')
        await theirs?.getOrSet({ id: 2 })
        expect(await mine?.get({ id: 2 })).toBe('loaded')
      },
      { timeout: 15_000 },
    )
  }
  await shared()
  const admin = await connect(server.url)
  await admin.flushall()
  await shared()
  await server.kill()
  await server.restart()
  await shared()
  await Promise.all([one.close(), other.close()])
})

test('an account that may not ask for INFO is told that failovers go unnoticed, and works', async () => {
  const server = await ownRedis()
  const admin = await connect(server.url)
  await admin.call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '&*', '+@all', '-info')
  const redis = await connect(server.url.replace('redis://', 'redis://limited:secret@'))
  const cache = createCache({ redis, namespace: uniqueNamespace(), redisTimeout: '2s' })
  const warnings: string[] = []
  cache.on('warning', ({ message }) => warnings.push(message))
  const video = cache.define({ ...definition, load: () => 'loaded' })
  await video.getOrSet({ id: 1 })
  await vi.waitFor(async () => {
    expect(await video.get({ id: 1 })).toBe('loaded')
  })
  expect((await cache.health()).redis?.watchesFailover).toBe(false)
  expect(warnings).toEqual([expect.stringContaining('INFO is refused')])
  await cache.close()
})
