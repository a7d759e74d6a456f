import { Cluster, type Redis } from 'ioredis'
import { batchOf } from '../../src/redis/script-batch.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'

/** Name of the script, if the command is one. */
function scriptOf(named: unknown): string | undefined {
  return Object.entries(scripts).find(([, script]) =>
    [script, batchOf(script)].some(({ sha, lua }) => named === sha || named === lua),
  )?.[0]
}

/** A client that stops once, until SIGUSR2, before or after a script that the point names, and a way to stop elsewhere. */
export async function stopAtScripts<Client extends Redis | Cluster>(
  redis: Client,
  point: string,
): Promise<{ stopAt: (reached: string) => Promise<void>; client: Client }> {
  let isReached = false
  const stopAt = (reached: string): Promise<void> => {
    if (isReached || reached !== point) return Promise.resolve()
    isReached = true
    process.stdout.write(`${reached}\n`)
    return new Promise((resolve) => process.once('SIGUSR2', () => resolve()))
  }
  if (!(redis instanceof Cluster))
    for (const script of Object.values(scripts))
      for (const { lua } of [script, batchOf(script)]) await redis.script('LOAD', lua)
  const client = new Proxy(redis, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (property !== 'call') return typeof value === 'function' ? (value.bind(target) as unknown) : value
      return async (command: string, ...args: (string | number | Buffer)[]) => {
        const name = scriptOf(args[0]) ?? ''
        await stopAt(`before ${name}`)
        const reply: unknown = await target.call(command, ...args)
        await stopAt(`after ${name}`)
        return reply
      }
    },
  })
  return { stopAt, client }
}
