import { setTimeout as sleep } from 'node:timers/promises'
import { ServerStartError } from '../errors.ts'
import { clusterCommand } from './cluster-command.ts'
import { connectedRedisBinary } from './redis-resolvers.ts'
import type { RedisServer, StartRedisOptions } from './redis-server.ts'
import { startRedis } from './start-redis.ts'

export interface StartRedisClusterOptions extends Omit<StartRedisOptions, 'port'> {
  /** How many masters share the slots; default 3. */
  masters?: number
}

export interface RedisCluster {
  readonly nodes: { host: string; port: number }[]
  readonly servers: RedisServer[]
  /** Ends every node. */
  stop(): Promise<void>
}

const slots = 16_384
const readyLimitMs = 30_000

/** Starts a Redis Cluster of masters without replicas and resolves when every node says that it is complete. */
export const startRedisCluster = async (options: StartRedisClusterOptions = {}): Promise<RedisCluster> => {
  const { masters = 3, args = [], ...rest } = options
  const clusterArgs = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', ...args]
  const servers: RedisServer[] = []
  const stop = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.stop())))
  try {
    for (let index = 0; index < masters; index++)
      servers.push(
        await startRedis({ ...rest, binary: connectedRedisBinary(rest.binary), args: clusterArgs }),
      )
    await join(servers)
    await untilComplete(servers)
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes: servers.map(({ host, port }) => ({ host, port })), servers, stop }
}

const join = async (servers: readonly RedisServer[]): Promise<void> => {
  const first = servers[0]
  for (const [index, server] of servers.entries()) {
    const from = Math.floor((index * slots) / servers.length)
    const to = Math.floor(((index + 1) * slots) / servers.length) - 1
    const range = Array.from({ length: to - from + 1 }, (_, offset) => String(from + offset))
    await clusterCommand(server.port, ['CLUSTER', 'ADDSLOTS', ...range])
    if (first !== undefined && server !== first) {
      await clusterCommand(server.port, ['CLUSTER', 'MEET', first.host, String(first.port)])
    }
  }
}

const untilComplete = async (servers: readonly RedisServer[]): Promise<void> => {
  const deadline = performance.now() + readyLimitMs
  for (;;) {
    const states = await Promise.all(servers.map(({ port }) => clusterCommand(port, ['CLUSTER', 'INFO'])))
    const known = `cluster_known_nodes:${servers.length}\r`
    if (states.every((state) => state.includes('cluster_state:ok') && state.includes(known))) return
    if (performance.now() > deadline)
      throw new ServerStartError('The nodes did not become one complete cluster.')
    await sleep(50)
  }
}
