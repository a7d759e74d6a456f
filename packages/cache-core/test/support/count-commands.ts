import type { Cluster, Redis } from 'ioredis'
import type { RedisArgument, RedisLike } from '../../src/index.ts'

/** What a client has sent. */
export interface CountedCommands {
  readonly client: RedisLike
  readonly sent: { command: string; args: RedisArgument[] }[]
  /** The commands of each pipeline, which travel together. */
  readonly pipelines: (readonly string[])[][]
}

/** A client that notes the commands it sends. */
export function countCommands(client: Redis | Cluster): CountedCommands {
  const sent: CountedCommands['sent'] = []
  const pipelines: CountedCommands['pipelines'] = []
  const proxy = new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (property === 'call') {
        return (command: string, ...args: RedisArgument[]) => {
          sent.push({ command, args })
          return target.call(command, ...args)
        }
      }
      if (property === 'pipeline') {
        return (commands: string[][]) => {
          pipelines.push(commands)
          return target.pipeline(commands)
        }
      }
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { client: proxy, sent, pipelines }
}
