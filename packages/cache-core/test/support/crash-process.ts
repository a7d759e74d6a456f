import { createCache } from '../../src/index.ts'
import { scripts, type ScriptName } from '../../src/redis/scripts.generated.ts'
import { connect } from './connect.ts'

/** Where it stops for ever, waiting to be killed. */
export type CrashPoint = `before ${ScriptName}` | `after ${ScriptName}` | 'in the loader' | 'after the commit'

/** Reads and edits one row, up to the point where it is to be killed. The source is a key of the same server. */
const [url = '', namespace = '', job = '', point = ''] = process.argv.slice(2)
const redis = await connect(url)
const source = await connect(url)

function stopAt(reached: string): Promise<void> {
  if (reached !== point) return Promise.resolve()
  process.stdout.write(`${reached}\n`)
  return new Promise(() => undefined)
}

const stopping = new Proxy(redis, {
  get(target, property) {
    const value: unknown = Reflect.get(target, property, target)
    if (property !== 'call') return typeof value === 'function' ? (value.bind(target) as unknown) : value
    return async (command: string, ...args: (string | number | Buffer)[]) => {
      const name = Object.entries(scripts).find(([, { sha, lua }]) => args[0] === sha || args[0] === lua)?.[0]
      await stopAt(`before ${name ?? ''}`)
      const reply: unknown = await target.call(command, ...args)
      await stopAt(`after ${name ?? ''}`)
      return reply
    }
  },
})

for (const { lua } of Object.values(scripts)) await redis.script('LOAD', lua)
const cache = createCache({ redis: stopping, namespace, redisTimeout: '60s' })
const row = cache.define({
  key: 'row:{id}',
  policy: { ttl: '5m' },
  tags: () => ['rows'],
  load: async () => {
    const version = await source.get(`source:${namespace}`)
    await stopAt('in the loader')
    return version
  },
})

const write = async (): Promise<void> => {
  await source.set(`source:${namespace}`, 'new')
  await stopAt('after the commit')
}

if (job === 'read') await row.getOrSet({ id: 1 })
if (job === 'edit') {
  await write()
  await cache.invalidate({ tag: 'rows' })
}
if (job === 'guarded edit') await cache.guard({ tag: 'rows' }, write, { timeout: '2s' })
// What is killed while it settles a load has long answered its reader.
setInterval(() => undefined, 1000)
