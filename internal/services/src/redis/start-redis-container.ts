import { freePort } from '../lifetime/free-port.ts'
import type { RedisServer, StartRedisOptions } from './redis-server.ts'
import { askInfo } from './ask-info.ts'
import { optionValue } from './spawn-redis.ts'

/** The same server as a container: the last way, where nothing can run natively. */
export const startRedisContainer = async (
  image: string,
  options: StartRedisOptions,
): Promise<RedisServer> => {
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers')
  const args = options.args ?? []
  const password = optionValue(args, '--requirepass')
  const port = options.port ?? (await freePort())
  const program = image.startsWith('valkey/') ? 'valkey-server' : 'redis-server'
  const started = await new GenericContainer(image)
    .withCommand([program, '--save', '', ...args])
    .withExposedPorts({ container: 6379, host: port })
    .start()
  const client = await getContainerRuntimeClient()
  const handle = client.container.getById(started.getId())
  const info = await askInfo(port, password)
  const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  let stopping: Promise<unknown> | undefined
  return {
    url: `redis://${login}127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    pid: (await handle.inspect()).State.Pid,
    product: info?.product ?? 'redis',
    version: info?.version ?? image,
    stop: async () => void (await (stopping ??= started.stop())),
    pause: async () => void (await handle.pause()),
    resume: async () => void (await handle.unpause()),
    kill: async () => void (await handle.kill({ signal: 'SIGKILL' })),
    restart: async () => void (await handle.restart()),
  }
}
