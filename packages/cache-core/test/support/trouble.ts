import { connectedRedisBinary, startRedis, type RedisServer } from '@vidnest/services'

/** A Redis of the test's own, which it may stop and kill. */
export async function ownRedis(args: string[] = []): Promise<RedisServer> {
  const server = await startRedis({ args })
  servers.push(server)
  return server
}

/** As {@link ownRedis}, for servers that follow each other as replicas, at once. */
export async function ownReplicatedRedis(args: string[] = []): Promise<RedisServer> {
  const server = await startRedis({
    binary: connectedRedisBinary(),
    args: ['--repl-diskless-sync-delay', '0', ...args],
  })
  servers.push(server)
  return server
}

const servers: RedisServer[] = []

/** Stops the servers that the test started. */
export async function stopServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
}
