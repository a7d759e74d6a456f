import type { RedisLike } from '@vidnest/cache-core'
import RedisMock from 'ioredis-mock'

type Command = (...args: unknown[]) => Promise<unknown>

/** ioredis-mock has no `call`, by which the cache sends its commands, and no `status`. */
export function mockRedis(): RedisLike {
  const mock = new RedisMock()
  const commands = mock as unknown as Record<string, Command>
  return {
    status: 'ready',
    options: {},
    call: async (command, ...args) => commands[command.toLowerCase()]?.(...args),
    pipeline: (batch) => mock.pipeline(batch),
    on: (event, listener) => mock.on(event, listener),
    off: (event, listener) => mock.off(event, listener),
  }
}
