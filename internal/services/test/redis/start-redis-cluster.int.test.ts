import { Cluster } from 'ioredis'
import { expect, it } from 'vitest'
import { startRedisCluster } from '../../src/redis/start-redis-cluster.ts'
import { isRunning } from '../support/process-state.ts'

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
