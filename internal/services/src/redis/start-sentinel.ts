import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerStartError } from '../errors.ts'
import { createOwnedFolder, type OwnedFolder } from '../lifetime/owned-folder.ts'
import { awaitReplicas, syncAtOnce } from './await-replicas.ts'
import { clusterCommand } from './cluster-command.ts'
import { connectedRedisBinary } from './redis-resolvers.ts'
import type { RedisServer, StartRedisOptions } from './redis-server.ts'
import { startRedis } from './start-redis.ts'
import { times } from './times.ts'

export interface StartSentinelOptions extends Omit<StartRedisOptions, 'port'> {
  /** How many replicas follow the master; default 1. */
  replicas?: number
  /** How many Sentinels watch it, and (their majority) must agree; default 1. */
  sentinels?: number
  /** Milliseconds of silence after which the master counts as down; default 1000. */
  downAfterMs?: number
}

export interface RedisSentinel {
  /** The name to ask the Sentinels for. */
  readonly name: 'vidnest'
  readonly sentinels: { host: string; port: number }[]
  /** The first master. */
  readonly master: RedisServer
  readonly replicas: RedisServer[]
  readonly sentinelServers: RedisServer[]
  /** Ends all of it. */
  stop(): Promise<void>
}

const readyLimitMs = 30_000

/** Starts a master with replicas under Sentinels, and resolves when every Sentinel knows every replica, and each of those has its data. */
export const startSentinel = async (options: StartSentinelOptions = {}): Promise<RedisSentinel> => {
  const {
    replicas: replicaCount = 1,
    sentinels: sentinelCount = 1,
    downAfterMs = 1000,
    args = [],
    ...rest
  } = options
  const folder = await createOwnedFolder('sentinel')
  const servers: RedisServer[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()))
    await folder.release()
  }
  const start = async (serverArgs: string[]): Promise<RedisServer> => {
    const server = await startRedis({ ...rest, binary: connectedRedisBinary(rest.binary), args: serverArgs })
    servers.push(server)
    return server
  }
  try {
    const master = await start([...syncAtOnce, ...args])
    const replicas = await times(replicaCount, () =>
      start([...syncAtOnce, ...args, '--replicaof', master.host, String(master.port)]),
    )
    await awaitReplicas(replicas)
    const configuration = describe(master, Math.floor(sentinelCount / 2) + 1, downAfterMs)
    const sentinelServers = await times(sentinelCount, async (index) =>
      start([await writeConfiguration(folder, index, configuration), '--sentinel']),
    )
    await untilKnown(sentinelServers, replicaCount)
    const sentinels = sentinelServers.map(({ host, port }) => ({ host, port }))
    return { name: 'vidnest', sentinels, master, replicas, sentinelServers, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const describe = (master: RedisServer, quorum: number, downAfterMs: number): string =>
  [
    `sentinel monitor vidnest ${master.host} ${master.port} ${quorum}`,
    `sentinel down-after-milliseconds vidnest ${downAfterMs}`,
    'sentinel failover-timeout vidnest 5000',
    '',
  ].join('\n')

const writeConfiguration = async (folder: OwnedFolder, index: number, text: string): Promise<string> => {
  const path = join(folder.path, `sentinel-${index}.conf`)
  await writeFile(path, text)
  return path
}

const untilKnown = async (sentinels: readonly RedisServer[], replicaCount: number): Promise<void> => {
  const deadline = performance.now() + readyLimitMs
  const wanted = new RegExp(
    `^master0:.*status=ok.*slaves=${replicaCount},sentinels=${sentinels.length}\\r$`,
    'm',
  )
  for (;;) {
    const answers = await Promise.all(sentinels.map(({ port }) => clusterCommand(port, ['INFO', 'sentinel'])))
    if (answers.every((answer) => wanted.test(answer))) return
    if (performance.now() > deadline)
      throw new ServerStartError('The Sentinels did not find the master and its replicas.')
    await sleep(50)
  }
}
