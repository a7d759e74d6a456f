import { afterEach, expect, test, vi } from 'vitest'
import { startRedisCluster } from '@vidnest/services'
import { Cluster, type Redis } from 'ioredis'
import { createCache, type Cache } from '../../src/index.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'
import { fillRaw } from '../support/fill-raw.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await closeAll()
  await stopServers()
})

const owners = 20
const pages = 10_000

function defineList(cache: Cache) {
  return cache.define({
    key: 'list:owner:{owner}:page:{page}',
    policy: { ttl: '10m' },
    load: () => 'loaded',
  })
}

const keysOf = function* (list: ReturnType<typeof defineList>): Iterable<string> {
  for (let owner = 1; owner <= owners; owner += 1)
    for (let page = 1; page <= pages; page += 1) yield list.key({ owner, page })
}

test('rule 13: 10,000 of 200,000 keys are removed, exactly these, with progress', async () => {
  const server = await ownRedis()
  const redis = await connect(server.url)
  const cache = createCache({ redis, namespace: uniqueNamespace(), redisTimeout: '5s' })
  const list = defineList(cache)
  await list.set({ owner: 1, page: 1 }, 'first')
  await fillRaw(redis, { cache, keys: keysOf(list) })
  const before = await redis.dbsize()
  const progress: number[] = []
  // A glob for owner 1 also finds the owners 10 to 19.
  const report = await list.invalidateMatching(
    { owner: 1 },
    { onProgress: ({ scanned }) => progress.push(scanned) },
  )
  expect(report.removed).toBe(pages)
  expect(report.scanned).toBeLessThan(owners * pages)
  expect(await redis.dbsize()).toBe(before - pages)
  expect(await list.has({ owner: 11, page: 1 })).toBe(true)
  expect(await list.has({ owner: 1, page: pages })).toBe(false)
  expect(progress.length).toBeGreaterThan(100)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  await cache.close()
}, 60_000)

test('rule 13: the same on a Cluster of three masters', async () => {
  const nodes = await startRedisCluster({ masters: 3 })
  cleanups.push(() => nodes.stop())
  const client = new Cluster([...nodes.nodes], {
    redisOptions: { maxRetriesPerRequest: 0 },
    enableOfflineQueue: false,
  })
  client.on('error', () => undefined)
  cleanups.push(() => Promise.resolve(client.disconnect()))
  await vi.waitFor(() => {
    expect(client.status).toBe('ready')
  })
  const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '5s' })
  const list = defineList(cache)
  const items = Array.from({ length: 9000 }, (_, index) => ({ owner: (index % 20) + 1, page: index }))
  const masters = client.nodes('master')
  for (let start = 0; start < items.length; start += 500)
    await Promise.all(items.slice(start, start + 500).map((params) => list.set(params, 'filled')))
  const count = (await Promise.all(masters.map((node: Redis) => node.dbsize()))).reduce((a, b) => a + b, 0)
  const report = await list.invalidateMatching({ owner: 1 })
  expect(report.removed).toBe(items.length / 20)
  const left = (await Promise.all(masters.map((node: Redis) => node.dbsize()))).reduce((a, b) => a + b, 0)
  expect(left).toBe(count - items.length / 20)
  await cache.close()
}, 120_000)
