import { createCache, type StorageInputMemory, type StorageInputRedis } from 'async-cache-dedupe'
import type { Redis } from 'ioredis'
import { connectIoredis } from './connect-ioredis.ts'
import { ttlMs, type Contestant, type Setup } from './contestant.ts'

const ttl = ttlMs / 1000

function storageOf(setup: Setup, client: Redis | undefined): StorageInputMemory | StorageInputRedis {
  if (client === undefined) return { type: 'memory', options: { size: setup.maxEntries } }
  const invalidation = setup.tags === undefined ? false : { referencesTTL: ttl }
  return { type: 'redis', options: { client, invalidation } }
}

export const asyncCacheDedupe: Contestant = {
  name: 'async-cache-dedupe',
  package: 'async-cache-dedupe',
  settings:
    'Its Redis storage on ioredis, or its memory storage; the reference sets that its tags need only where tags are asked for, living as long as the entries.',
  tiers: ['redis', 'shared'],
  open: async (setup) => {
    const client = setup.tier === 'redis' ? await connectIoredis(setup.url) : undefined
    const name = `${setup.namespace}:video`
    const { tags } = setup
    const cache = createCache({ ttl, storage: storageOf(setup, client) }).define(
      name,
      tags === undefined ? {} : { references: (id: string) => tags(id) },
      setup.load,
    )
    const read = cache[name]
    if (read === undefined) throw new Error('async-cache-dedupe defined nothing')
    return {
      read: (id) => read(id),
      invalidate: (id) => cache.clear(name, id),
      invalidateTag: (tag) => cache.invalidate(name, tag),
      clear: () => cache.clear(name),
      close: async () => client?.quit(),
    }
  },
}
