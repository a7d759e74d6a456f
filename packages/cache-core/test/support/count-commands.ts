import type { Redis } from 'ioredis'
import type { RedisArgument, RedisLike } from '../../src/index.ts'

/** A client that notes the commands it sends. */
export function countCommands(client: Redis): {
  client: RedisLike
  sent: { command: string; args: RedisArgument[] }[]
} {
  const sent: { command: string; args: RedisArgument[] }[] = []
  const proxy = new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (property === 'call') {
        return (command: string, ...args: RedisArgument[]) => {
          sent.push({ command, args })
          return target.call(command, ...args)
        }
      }
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { client: proxy, sent }
}
