import { setTimeout as sleep } from 'node:timers/promises'
import { ServerStartError } from '../errors.ts'
import { awaitReplicas, syncAtOnce } from './await-replicas.ts'
import { clusterCommand } from './cluster-command.ts'
import { connectedRedisBinary } from './redis-resolvers.ts'
import type { RedisServer, StartRedisOptions } from './redis-server.ts'
import { startRedis } from './start-redis.ts'
import { times } from './times.ts'

export interface StartRedisClusterOptions extends Omit<StartRedisOptions, 'port'> {
  /** How many masters share the slots; default 3. */
  masters?: number
  /** How many replicas follow each master; default 0. */
  replicas?: number
}

export interface RedisCluster {
  readonly nodes: { host: string; port: number }[]
  /** The masters, in the order of their slots, then the replicas. */
  readonly servers: RedisServer[]
  /** Who follows whom at the start. */
  readonly shards: { master: RedisServer; replicas: RedisServer[] }[]
  /** Ends every node. */
  stop(): Promise<void>
}

const slots = 16_384
const readyLimitMs = 30_000

/** Starts a Redis Cluster and resolves when every node says that it is complete, and every replica has its data. */
export const startRedisCluster = async (options: StartRedisClusterOptions = {}): Promise<RedisCluster> => {
  const { masters: masterCount = 3, replicas: replicaCount = 0, args = [], ...rest } = options
  const clusterArgs = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', ...syncAtOnce, ...args]
  const servers: RedisServer[] = []
  const stop = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.stop())))
  const start = async (): Promise<RedisServer> => {
    const server = await startRedis({ ...rest, binary: connectedRedisBinary(rest.binary), args: clusterArgs })
    servers.push(server)
    return server
  }
  try {
    const masters = await times(masterCount, start)
    const shards = await times(masterCount, async (index) => ({
      master: masters[index] as RedisServer,
      replicas: await times(replicaCount, start),
    }))
    await shareSlots(masters)
    await meet(servers)
    await untilKnown(servers)
    for (const { master, replicas } of shards) await follow(master, replicas)
    await untilComplete(servers)
    await awaitReplicas(shards.flatMap(({ replicas }) => replicas))
    return { nodes: servers.map(({ host, port }) => ({ host, port })), servers, shards, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const shareSlots = async (masters: readonly RedisServer[]): Promise<void> => {
  for (const [index, { port }] of masters.entries()) {
    const from = Math.floor((index * slots) / masters.length)
    const to = Math.floor(((index + 1) * slots) / masters.length) - 1
    const range = Array.from({ length: to - from + 1 }, (_, offset) => String(from + offset))
    await clusterCommand(port, ['CLUSTER', 'ADDSLOTS', ...range])
    // Masters of equal epochs do not always agree on who is to be promoted.
    await clusterCommand(port, ['CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)])
  }
}

const meet = async ([first, ...others]: readonly RedisServer[]): Promise<void> => {
  for (const { port } of others) {
    if (first !== undefined) await clusterCommand(port, ['CLUSTER', 'MEET', first.host, String(first.port)])
  }
}

const follow = async (master: RedisServer, replicas: readonly RedisServer[]): Promise<void> => {
  const [, id = ''] = (await clusterCommand(master.port, ['CLUSTER', 'MYID'])).split('\r\n')
  for (const { port } of replicas) await clusterCommand(port, ['CLUSTER', 'REPLICATE', id])
}

const untilKnown = (servers: readonly RedisServer[]): Promise<void> =>
  untilInfo(servers, [`cluster_known_nodes:${servers.length}\r`])

const untilComplete = (servers: readonly RedisServer[]): Promise<void> =>
  untilInfo(servers, [`cluster_known_nodes:${servers.length}\r`, 'cluster_state:ok'])

const untilInfo = async (servers: readonly RedisServer[], lines: readonly string[]): Promise<void> => {
  const deadline = performance.now() + readyLimitMs
  for (;;) {
    const states = await Promise.all(servers.map(({ port }) => clusterCommand(port, ['CLUSTER', 'INFO'])))
    if (states.every((state) => lines.every((line) => state.includes(line)))) return
    if (performance.now() > deadline)
      throw new ServerStartError('The nodes did not become one complete cluster.')
    await sleep(50)
  }
}
