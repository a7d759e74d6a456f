import { startRedisCluster } from '@vidnest/services'
import { Cluster } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createCache, redisProfile, type Cache } from '../../src/index.ts'
import { keySlot } from '../../src/redis/key-slot.ts'
import { fresh, loads, overtakeLoad, ways } from '../fence/overtaken-load.ts'
import { countCommands, type CountedCommands } from '../support/count-commands.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'

let nodes: Awaited<ReturnType<typeof startRedisCluster>>
const clients: Cluster[] = []

beforeAll(async () => {
  nodes = await startRedisCluster({ masters: 3 })
})

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect()
})

afterAll(async () => {
  await closeAll()
  await nodes.stop()
})

async function clusterCache(
  namespace: string,
): Promise<Omit<CountedCommands, 'client'> & { cache: Cache; client: Cluster }> {
  const profile = redisProfile('cluster')
  const patience = { commandTimeout: 10_000, socketTimeout: 10_000, connectTimeout: 10_000 }
  const redisOptions = { ...profile.redisOptions, ...patience }
  const client = new Cluster([...nodes.nodes], { ...profile, redisOptions })
  client.on('error', () => undefined)
  clients.push(client)
  await vi.waitFor(
    () => {
      expect(client.status).toBe('ready')
    },
    { timeout: 20_000 },
  )
  const { client: redis, ...counted } = countCommands(client)
  const cache = createCache({ redis, namespace, redisTimeout: '2s' })
  // Nodes connect at their first command, and refuse others meanwhile.
  await vi.waitFor(
    () => {
      expect(client.nodes('master').map(({ status }) => status)).toEqual(['ready', 'ready', 'ready'])
    },
    { timeout: 20_000 },
  )
  return { cache, client, ...counted }
}

/** By hand, and by eviction, nodes would have to be asked one by one. */
const onCluster = Object.entries(ways).filter(([name]) => !/by hand|eviction/.test(name))

describe.each(onCluster)('on a Cluster, a load that is overtaken by %s', (_, way) => {
  test.each(Object.keys(loads) as (keyof typeof loads)[])(
    'and was begun by %s is not seen by anyone who reads after it',
    async (load) => {
      const redis = await connect()
      const one = await clusterCache(uniqueNamespace())
      expect(await overtakeLoad({ reader: one.cache, editor: one.cache, redis }, way, load)).toEqual(fresh)
      const namespace = uniqueNamespace()
      const [reader, editor] = [await clusterCache(namespace), await clusterCache(namespace)]
      expect(await overtakeLoad({ reader: reader.cache, editor: editor.cache, redis }, way, load)).toEqual(
        fresh,
      )
      for (const { cache } of [one, reader, editor]) await cache.close()
    },
  )
})

test('reads of many keys on all nodes answer in order, and a sweep finds them on every master', async () => {
  const { cache, client } = await clusterCache(uniqueNamespace())
  const item = cache.define({
    key: 'item:{id}',
    policy: { ttl: '5m' },
    tags: () => ['items'],
    load: ({ id }) => Number(id),
  })
  const ids = Array.from({ length: 300 }, (_, id) => id)
  expect(await Promise.all(ids.map((id) => item.getOrSet({ id })))).toEqual(ids)
  await vi.waitFor(() => {
    expect(cache.stats().fills).toBe(300)
  })
  expect(await Promise.all(ids.map((id) => item.get({ id })))).toEqual(ids)
  expect(await cache.invalidate({ pattern: 'item:*' })).toMatchObject({ removed: 300 })
  expect(await Promise.all(ids.map((id) => item.get({ id })))).toEqual(ids.map(() => undefined))
  expect(client.nodes('master')).toHaveLength(3)
})

test('rule 2: a read of many keys sends one pipeline to each node, which asks for each name once', async () => {
  const { cache, client, sent, pipelines } = await clusterCache(uniqueNamespace())
  const item = cache.define({
    key: 'item:{id}',
    policy: { ttl: '5m' },
    tags: () => ['items', 'all-items'],
    load: ({ id }) => Number(id),
  })
  const ids = Array.from({ length: 300 }, (_, id) => id)
  const params = ids.map((id) => ({ id }))
  await item.getOrSetMany(params)
  await vi.waitFor(() => {
    expect(cache.stats().fills).toBe(300)
  })
  for (const read of [() => item.getMany(params), () => item.getOrSetMany(params)]) {
    sent.length = 0
    pipelines.length = 0
    expect(await read()).toEqual(ids)
    const names = pipelines.map((pipeline) => pipeline.map(([, name = '']) => name))
    const nodes = names.map((asked) => new Set(asked.map((name) => client.slots[keySlot(name)]?.[0])))
    expect(nodes.map(({ size }) => size)).toEqual([1, 1, 1])
    expect(new Set(nodes.flatMap((node) => [...node])).size).toBe(3)
    expect(new Set(names.flat()).size).toBe(302)
    expect(names.flat()).toHaveLength(302)
    expect(sent).toEqual([])
  }
  await cache.close()
})

test('the slot of a key is what the Cluster says', async () => {
  const { client } = await clusterCache(uniqueNamespace())
  for (const key of ['', 'a', 'video:1', '{ns:~}tag:x', 'a{}b', 'a{b}{c}', '{}', 'ключ', 'a{b']) {
    expect(keySlot(key)).toBe(await client.cluster('KEYSLOT', key))
  }
})

test('what would read from replicas is refused, and counters are', async () => {
  const { cache, client } = await clusterCache(uniqueNamespace())
  const replicas = new Cluster([...nodes.nodes], { scaleReads: 'slave', lazyConnect: true })
  expect(() => createCache({ redis: replicas, namespace: 'n' })).toThrow(/^redis\.options\.scaleReads: /)
  expect(() => cache.counter({ key: 'views:{id}', seed: () => 0 })).toThrow(/^redis: /)
  expect(client.isCluster).toBe(true)
})
