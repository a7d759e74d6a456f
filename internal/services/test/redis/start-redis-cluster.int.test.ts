import { Cluster } from 'ioredis'
import { expect, it } from 'vitest'
import { startRedisCluster } from '../../src/redis/start-redis-cluster.ts'
import { isRunning } from '../support/process-state.ts'
import { until } from '../support/until.ts'

it('starts masters that share all slots, and ends every one of them', async () => {
  const cluster = await startRedisCluster({ masters: 3 })
  const client = new Cluster(cluster.nodes)
  try {
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`)
    await Promise.all(keys.map((key) => client.set(key, key)))
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys)
    expect(client.nodes('master')).toHaveLength(3)
  } finally {
    client.disconnect()
    await cluster.stop()
  }
  expect(cluster.servers.filter(({ pid }) => isRunning(pid))).toEqual([])
})

it('starts replicas that have their master’s data and take over when it is killed', async () => {
  const cluster = await startRedisCluster({ masters: 3, replicas: 1 })
  const client = new Cluster(cluster.nodes, { retryDelayOnFailover: 50 })
  client.on('error', () => undefined)
  try {
    await until(() => client.status === 'ready')
    expect(cluster.shards.map(({ replicas }) => replicas.length)).toEqual([1, 1, 1])
    // The slot of this key, 12182, is the last master's.
    await client.set('foo', 'bar')
    const shard = cluster.shards[2]
    await shard?.master.kill()
    await until(async () =>
      client.set('foo', 'again').then(
        () => true,
        () => false,
      ),
    )
    expect(client.slots[12_182]?.[0]).toBe(`127.0.0.1:${shard?.replicas[0]?.port}`)
  } finally {
    client.disconnect()
    await cluster.stop()
  }
  expect(cluster.servers.filter(({ pid }) => isRunning(pid))).toEqual([])
})
