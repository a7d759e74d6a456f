import { startRedisCluster } from '@vidnest/services'
import type { Cluster, Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { closeClusterLabs, connectCluster } from '../support/cluster-lab.ts'
import { closeAll, closeLater, connect, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { createGate } from '../support/gate.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await closeClusterLabs()
  await stopServers()
})

interface Servers {
  readonly client: Redis | Cluster
  readonly masters: () => readonly Redis[]
}

const topologies: readonly [string, () => Promise<Servers>][] = [
  [
    'one server',
    async () => {
      const redis = await connect((await ownRedis()).url)
      return { client: redis, masters: () => [redis] }
    },
  ],
  [
    'a Cluster',
    async () => {
      const servers = await startRedisCluster({ masters: 3 })
      closeLater(() => servers.stop())
      const client = await connectCluster(servers, { commandTimeout: 10_000, socketTimeout: 10_000 })
      return { client, masters: () => client.nodes('master') }
    },
  ],
]

async function sizeOf({ masters }: Servers): Promise<number> {
  return (await Promise.all(masters().map((node) => node.dbsize()))).reduce((sum, size) => sum + size, 0)
}

test.each(topologies)(
  'rule 9: on %s every key of a cache lapses by itself, so that nothing is left of one that nobody uses any more',
  async (_, start) => {
    const servers = await start()
    const { client, masters } = servers
    const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
    closeLater(() => cache.close())
    const gate = createGate()
    const video = cache.define({
      key: 'video:{id}',
      policy: { ttl: '5m', negativeTtl: '1m', staleWhileRevalidate: '5m', staleIfError: '1h' },
      tags: ({ id }) => ['videos', `video:${String(id)}`],
      valueTags: () => ['owner:7'],
      load: async ({ id }) => {
        if (id === 'slow') await gate.pass()
        return id === 'none' ? null : { id: String(id) }
      },
    })
    await video.getOrSetMany([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 'none' }])
    await video.set({ id: 4 }, { id: '4' })
    await video.writeThrough({ id: 5 }, () => ({ id: '5' }))
    await video.refresh({ id: 2 })
    await video.expire({ id: 3 }, '10m')
    await cache.invalidate({ key: 'video:1' }, { mode: 'soft' })
    await cache.invalidate([{ tag: 'video:5' }, { tag: 'never used' }])
    await cache.guard([{ key: 'video:6' }, { tag: 'guarded' }], () => 'written')
    await cache.invalidate([{ key: 'video:7' }, { tag: 'held' }], { hold: '60s' })
    await eventually(() => {
      const { fills, fillsDiscarded, loads } = cache.stats()
      expect(fills + fillsDiscarded).toBeGreaterThanOrEqual(loads)
    })
    // A load that is still under way: its lease.
    const slow = video.getOrSet({ id: 'slow' })
    await gate.reached

    const names = new Map((await Promise.all(masters().map(namesOn))).flat())
    const kinds = [/:video:4$/, /:video:slow$/, /~\}?generation$/, /~\}?tag:videos$/, /~\}?tag:held$/, /:w$/]
    for (const kind of kinds) expect([...names.keys()].filter((name) => kind.test(name))).not.toEqual([])
    expect([...names].filter(([, leftMs]) => leftMs <= 0)).toEqual([])

    gate.open()
    await slow
    await cache.close()
    for (const name of names.keys()) await client.pexpire(name, 1)
    await eventually(async () => {
      expect(await sizeOf(servers)).toBe(0)
    })
  },
  60_000,
)

/** All names on a server, with what is left of their lives in ms. */
async function namesOn(node: Redis): Promise<[string, number][]> {
  const names = await node.keys('*')
  return Promise.all(names.map(async (name): Promise<[string, number]> => [name, await node.pttl(name)]))
}
