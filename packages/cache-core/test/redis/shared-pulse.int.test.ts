import { afterEach, expect, test, vi } from 'vitest'
import { boundRedis, type Cache, createCache } from '../../src/index.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

/** A cache on a client of its own, with nothing under way; what fails then is noted by its error's code. */
async function cacheAt(url: string, redisTimeout: '500ms' | '10s' = '500ms') {
  const cache: Cache = createCache({ redis: await connect(url), namespace: uniqueNamespace(), redisTimeout })
  const failures: string[] = []
  cache.on('storeError', ({ error }) => failures.push(error.code))
  const value = cache.define({ key: 'value:{id}', policy: { ttl: '5m' }, load: () => 'from the source' })
  await vi.waitFor(async () => {
    await value.getOrSet({ id: 1 })
    expect(await value.get({ id: 1 })).toBe('from the source')
  })
  failures.length = 0
  return { cache, value, failures, read: () => value.getOrSet({ id: 1 }) }
}

const refused = 'E_CACHE_STORE'
const timedOut = 'E_CACHE_TIMEOUT'

test('rule 21: what one client has waited for, the others of its server need not, whichever database they use', async () => {
  const server = await ownRedis()
  const [one, other] = [await cacheAt(`${server.url}/0`), await cacheAt(`${server.url}/1`)]
  await server.pause()
  expect(await one.read()).toBe('from the source')
  expect(one.failures[0]).toBe(timedOut)
  expect(await other.read()).toBe('from the source')
  expect([...new Set(other.failures)]).toEqual([refused])
  await server.resume()
  for (const { value, read } of [one, other]) {
    await vi.waitFor(
      async () => {
        await read()
        expect(await value.get({ id: 1 })).toBe('from the source')
      },
      { timeout: 15_000 },
    )
  }
  await Promise.all([one.cache.close(), other.cache.close()])
})

test('rule 21: clients of another server are not concerned', async () => {
  const [frozen, healthy] = [await ownRedis(), await ownRedis()]
  const [one, other] = [await cacheAt(frozen.url), await cacheAt(healthy.url)]
  await frozen.pause()
  await one.read()
  expect(one.failures[0]).toBe(timedOut)
  expect(await other.read()).toBe('from the source')
  expect(other.failures).toEqual([])
  await frozen.resume()
  await Promise.all([one.cache.close(), other.cache.close()])
})

test('rule 21: where other clients are answered, one that is not waits alone', async () => {
  const server = await ownRedis()
  const other = await cacheAt(server.url, '10s')
  const client = await connect(server.url)
  const stuck = boundRedis(client, { timeout: '300ms' })
  const silent = vi.spyOn(client, 'call').mockReturnValue(new Promise(() => undefined))
  let isOverdue = false
  const overdue = stuck.call('ping', 'PING').catch((error: unknown) => {
    isOverdue = true
    return error
  })
  while (!isOverdue) await other.read()
  expect(await overdue).toMatchObject({ code: timedOut })
  expect(await other.read()).toBe('from the source')
  expect(other.failures).toEqual([])
  await expect(stuck.call('ping', 'PING')).rejects.toMatchObject({ code: refused })
  expect(silent).toHaveBeenCalledTimes(1)
  await other.cache.close()
})

test('rule 21: a server that is started again is used at once, by every client of it', async () => {
  const server = await ownRedis()
  const clients = [await connect(server.url), await connect(server.url)]
  const asked = clients.map((client) => boundRedis(client, { timeout: '1s' }))
  await server.pause()
  for (const redis of asked) await expect(redis.call('ping', 'PING')).rejects.toThrow('Redis did not answer')
  await server.kill()
  await vi.waitFor(() => {
    expect(clients.map(({ status }) => status)).not.toContain('ready')
  })
  await server.restart()
  await vi.waitFor(
    () => {
      expect(clients.map(({ status }) => status)).toEqual(['ready', 'ready'])
    },
    { timeout: 15_000 },
  )
  for (const redis of asked) expect(await redis.call('ping', 'PING')).toBe('PONG')
})
