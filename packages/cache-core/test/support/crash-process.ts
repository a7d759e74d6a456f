import { Cluster } from 'ioredis'
import { createCache, redisProfile } from '../../src/index.ts'
import type { ScriptName } from '../../src/redis/scripts.generated.ts'
import { connect } from './connect.ts'
import { stopAtScripts } from './stop-at-scripts.ts'

/** Where it stops, waiting to be killed. */
export type CrashPoint = `before ${ScriptName}` | `after ${ScriptName}` | 'in the loader' | 'after the commit'

/**
 * Reads and edits one row, up to the point where it is to be killed. The source is a key of the server at the first address;
 * the cache is on it too, or on the Cluster whose nodes follow it.
 */
const [urls = '', namespace = '', job = '', point = ''] = process.argv.slice(2)
const [url = '', ...nodes] = urls.split(',')
const source = await connect(url)
const redis = nodes.length === 0 ? await connect(url) : new Cluster(nodes, redisProfile('cluster'))
if (redis instanceof Cluster) await new Promise((resolve) => redis.once('ready', resolve))
const { stopAt, client } = await stopAtScripts(redis, point)
const cache = createCache({ redis: client, namespace, redisTimeout: '60s' })
const row = cache.define({
  key: 'row:{id}',
  policy: { ttl: '5m' },
  tags: () => ['rows'],
  load: async () => {
    const version = await source.get(`source:${namespace}`)
    await stopAt('in the loader')
    // Until its lease has been renewed, and so for as long as it takes to be killed.
    if (job === 'slow read') await new Promise(() => undefined)
    return version
  },
})

const write = async (): Promise<string> => {
  await source.set(`source:${namespace}`, 'new', 'EX', 600)
  await stopAt('after the commit')
  return 'new'
}

const jobs: Readonly<Record<string, () => Promise<unknown>>> = {
  read: () => row.getOrSet({ id: 1 }),
  'slow read': () => row.getOrSet({ id: 1 }),
  edit: async () => {
    await write()
    await cache.invalidate({ tag: 'rows' })
  },
  'guarded edit': () => cache.guard({ tag: 'rows' }, write, { timeout: '2s' }),
  'guarded edit of a key': () => cache.guard(row.target({ id: 1 }), write, { timeout: '2s' }),
  'write-through': () => row.writeThrough({ id: 1 }, write),
  set: async () => row.set({ id: 1 }, await write()),
  sweep: async () => {
    await write()
    await cache.invalidate({ pattern: 'row:*' })
  },
}
await jobs[job]?.()
// What is killed while it settles a load has long answered its reader.
setInterval(() => undefined, 1000)
