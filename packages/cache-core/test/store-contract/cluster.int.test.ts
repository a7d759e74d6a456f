import { startRedisCluster } from '@vidnest/services'
import { Cluster } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createChaos, storeContract } from '../../src/testing/index.ts'
import { redisSubject } from '../support/store-subjects.ts'

let nodes: Awaited<ReturnType<typeof startRedisCluster>>
let cluster: Cluster

beforeAll(async () => {
  nodes = await startRedisCluster({ masters: 3 })
  cluster = new Cluster([...nodes.nodes], {
    redisOptions: { maxRetriesPerRequest: 0 },
    enableOfflineQueue: false,
  })
  cluster.on('error', () => undefined)
  await new Promise((resolve) => cluster.once('ready', resolve))
})

afterAll(async () => {
  cluster.disconnect()
  await nodes.stop()
})

describe('a store on a Cluster', () => {
  test.each(storeContract({ createStore: () => redisSubject(cluster) }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})

describe('a store on a Cluster whose pipelines are done in part', () => {
  const chaos = createChaos({ seed: 3 })
  const createStore = () => redisSubject(chaos.redis(cluster), { plain: cluster })

  test.each(storeContract({ createStore, mayFail: true }))('$name', async ({ run }) => {
    chaos.inject({ partials: 0.3, errors: 0.05 })
    const before = chaos.counts.partials
    await expect(run()).resolves.toBeUndefined()
    expect(chaos.counts.partials).toBeGreaterThan(before)
  })
})
