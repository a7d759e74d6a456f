import type { Redis } from 'ioredis'
import { connectIoredis, type ClientOptions } from './connect-ioredis.ts'
import { ttlMs, type Contestant, type Setup, type Subject } from './contestant.ts'

/** Names from SCAN, a page at a time, each page removed in one pipeline. */
async function scanAndUnlink(client: Redis, pattern: string): Promise<void> {
  let cursor = '0'
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', 500)
    if (keys.length > 0) await client.unlink(...keys)
    cursor = next
  } while (cursor !== '0')
}

async function keysAndDelete(client: Redis, pattern: string): Promise<void> {
  const keys = await client.keys(pattern)
  if (keys.length > 0) await client.del(...keys)
}

function store(client: Redis, setup: Setup, id: string): (text: string) => Promise<unknown> {
  const key = `${setup.namespace}:video:${id}`
  const tags = setup.tags?.(id)
  if (tags === undefined) return (text) => client.set(key, text, 'PX', ttlMs)
  return (text) => {
    const pipeline = client.pipeline().set(key, text, 'PX', ttlMs)
    for (const tag of tags) pipeline.sadd(`${setup.namespace}:tag:${tag}`, key)
    return pipeline.exec()
  }
}

function byHand(client: Redis, setup: Setup, clear: typeof scanAndUnlink): Subject {
  const keyOf = (id: string): string => `${setup.namespace}:video:${id}`
  return {
    read: async (id) => {
      const text = await client.get(keyOf(id))
      if (text !== null) return JSON.parse(text) as unknown
      const value = await setup.load(id)
      await store(client, setup, id)(JSON.stringify(value))
      return value
    },
    readMany: async (ids) => {
      const texts = await client.mget(ids.map(keyOf))
      return texts.map((text) => (text === null ? undefined : (JSON.parse(text) as unknown)))
    },
    invalidate: (id) => client.del(keyOf(id)),
    invalidateTag: async (tag) => {
      const set = `${setup.namespace}:tag:${tag}`
      await client.unlink(set, ...(await client.smembers(set)))
    },
    clear: () => clear(client, `${setup.namespace}:video:*`),
    close: () => client.quit(),
  }
}

function bare(
  parts: Omit<Contestant, 'open' | 'package' | 'tiers'>,
  options: ClientOptions = {},
  clear = scanAndUnlink,
): Contestant {
  return {
    package: 'ioredis',
    tiers: ['redis'],
    open: async (setup) => byHand(await connectIoredis(setup.url, options), setup, clear),
    ...parts,
  }
}

/** The floor: what an application does by hand. As a contestant it is measured against itself, which shows the noise. */
export const ioredis: Contestant = bare({
  name: 'ioredis',
  settings:
    'The floor. Default options. GET and JSON.parse, else the loader and SET PX; MGET for many. Tags by hand: a set of keys for each (SADD, SMEMBERS and UNLINK); a pattern by SCAN COUNT 500 and UNLINK. Its own row compares it with itself and shows the noise.',
})

export const ioredisAutoPipelining: Contestant = bare(
  {
    name: 'ioredis, autopipelining',
    settings: 'The same with `enableAutoPipelining`: the commands of one tick in one pipeline.',
    workloads: ['hit', 'hit-list', 'hit-counter', 'get-many', 'miss-fill'],
  },
  { enableAutoPipelining: true },
)

export const ioredisKeys: Contestant = bare(
  {
    name: 'ioredis, KEYS and DEL',
    settings: 'The naive way to remove by pattern: one KEYS, one DEL.',
    workloads: ['pattern'],
  },
  {},
  keysAndDelete,
)
