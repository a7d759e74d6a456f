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
}

/** A Cluster of its own, a client with its profile, and a cache on it. */
export interface ClusterLab {
  readonly cluster: RedisCluster
  readonly client: Cluster
  readonly cache: Cache
  /** One more cache on the same namespace with a client of its own, as another process would have. */
  readonly another: () => Promise<Cache>
  /** Address of the master that serves an entry's key, or a helper's name on the Cluster. */
  readonly masterOf: (name: string) => string
  readonly expectClean: () => Promise<void>
}

const closers: (() => Promise<void> | void)[] = []

/** Ends what {@link openClusterLab} started. */
export async function closeClusterLabs(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
}

export async function openClusterLab({ cache: options, ...servers }: ClusterLabOptions): Promise<ClusterLab> {
  const cluster = await startRedisCluster(servers)
  closers.push(() => cluster.stop())
  const client = await connect(cluster)
  const traces = new Traces(client)
  closers.push(() => traces.stop())
  const clock = new CountingClock()
  const namespace = uniqueNamespace()
  const make = (redis: Cluster): Cache => createCache({ redis, namespace, clock, ...options })
  const cache = make(client)
  closers.push(() => cache.close())
  return {
    cluster,
    client,
    cache,
    async another() {
      const other = make(await connect(cluster))
      closers.push(() => other.close())
      return other
    },
    masterOf: (name) => client.slots[keySlot(name)]?.[0] ?? '',
    expectClean: () => expectClean(cache, traces, clock),
  }
}

async function connect({ nodes }: RedisCluster): Promise<Cluster> {
  const client = new Cluster(nodes, redisProfile('cluster'))
  closers.push(() => client.disconnect())
  client.on('error', () => undefined)
  await eventually(() => {
    expect(client.status).toBe('ready')
  })
  return client
}
