import { freeClusterPort } from '../lifetime/free-cluster-port.ts'
import { freePort } from '../lifetime/free-port.ts'
import { createOwnedFolder } from '../lifetime/owned-folder.ts'
import { ServerStartError } from '../errors.ts'
import { resolveServer } from '../resolve/resolve-server.ts'
import type { ServerBinary } from '../resolve/resolver.ts'
import { isPortFree } from '../lifetime/is-port-free.ts'
import { LocalRedis } from './local-redis.ts'
import { defaultRedisBinary, defaultRedisResolvers, redisCommand, redisResolvers } from './redis-resolvers.ts'
import type { RedisServer, StartRedisOptions } from './redis-server.ts'
import { optionValue } from './spawn-redis.ts'
import { startRedisContainer } from './start-redis-container.ts'

const attempts = 5
const lostPortWords = /already in use|failed listening/i

/** Starts a fresh server of its own, empty, on loopback, which keeps nothing on disk unless `args` say so. */
export const startRedis = async (options: StartRedisOptions = {}): Promise<RedisServer> => {
  const kind = options.binary ?? 'default'
  const binary = kind === 'default' ? defaultRedisBinary() : kind
  const source = await resolveServer({
    server: 'Redis',
    resolvers: kind === 'default' ? defaultRedisResolvers() : redisResolvers(binary),
    command: () => redisCommand(binary),
    report: options.report,
  })
  if (source.kind === 'container') return startRedisContainer(source.image, options)
  if (options.port !== undefined && !(await isPortFree(options.port))) {
    throw new ServerStartError(
      `Port ${options.port} on 127.0.0.1 is in use; name another one, or none to get a free one.`,
    )
  }
  return startLocal(source, options)
}

const startLocal = async (binary: ServerBinary, options: StartRedisOptions): Promise<RedisServer> => {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await (isClusterNode(options) ? freeClusterPort() : freePort()))
    const folder = await createOwnedFolder('redis')
    try {
      return await LocalRedis.start({ binary, folder, port, args: options.args ?? [] })
    } catch (error) {
      await folder.release()
      // Somebody else may have taken the free port in between.
      const lostPort =
        options.port === undefined && error instanceof Error && lostPortWords.test(error.message)
      if (!lostPort || attempt === attempts) throw error
    }
  }
}

const isClusterNode = ({ args = [] }: StartRedisOptions): boolean =>
  optionValue(args, '--cluster-enabled') === 'yes'
