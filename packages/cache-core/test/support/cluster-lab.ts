import { startRedisCluster, type RedisCluster, type StartRedisClusterOptions } from '@vidnest/services'
import { Cluster } from 'ioredis'
import { expect } from 'vitest'
import { createCache, redisProfile, type Cache, type CacheOptions } from '../../src/index.ts'
import { keySlot } from '../../src/redis/key-slot.ts'
import { uniqueNamespace } from './connect.ts'
import { CountingClock } from './counting-clock.ts'
import { expectClean } from './fault-lab.ts'
import { Traces } from './traces.ts'
import { eventually } from './eventually.ts'

/** How a {@link ClusterLab} is set up. */
export interface ClusterLabOptions extends StartRedisClusterOptions {
  readonly cache?: Partial<CacheOptions>
  /** Changes to the options of `redisProfile('cluster')` for each connection. */
  readonly connection?: object
}

/** A Cluster of its own, a client with its profile, and a cache on it. */
export interface ClusterLab {
  readonly cluster: RedisCluster
  readonly client: Cluster
  readonly cache: Cache
  /** Address of the master that serves an entry's key, or a helper's name on the Cluster. */
  readonly masterOf: (name: string) => string
  readonly expectClean: () => Promise<void>
}

const closers: (() => Promise<void> | void)[] = []

/** Ends what {@link openClusterLab} started. */
export async function closeClusterLabs(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
}

export async function openClusterLab(options: ClusterLabOptions): Promise<ClusterLab> {
  const { cache: cacheOptions, connection, ...servers } = options
  const cluster = await startRedisCluster(servers)
  closers.push(() => cluster.stop())
  const client = await connectCluster(cluster, connection)
  const traces = new Traces(client)
  closers.push(() => traces.stop())
  const clock = new CountingClock()
  const cache = createCache({ redis: client, namespace: uniqueNamespace(), clock, ...cacheOptions })
  closers.push(() => cache.close())
  return {
    cluster,
    client,
    cache,
    masterOf: (name) => client.slots[keySlot(name)]?.[0] ?? '',
    expectClean: () => expectClean(cache, traces, clock),
  }
}

/** A client of a Cluster; `connection` are changes to the options of `redisProfile('cluster')`. */
export async function connectCluster({ nodes }: RedisCluster, connection: object = {}): Promise<Cluster> {
  const profile = redisProfile('cluster')
  const redisOptions = { ...profile.redisOptions, ...connection }
  const client = new Cluster(nodes, { ...profile, redisOptions })
  closers.push(() => client.disconnect())
  client.on('error', () => undefined)
  await eventually(() => {
    expect(client.status).toBe('ready')
  })
  return client
}
