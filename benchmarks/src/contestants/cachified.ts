import { cachified as cachifiedRead, totalTtl, type Cache, type CacheEntry } from '@epic-web/cachified'
import type { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import { connectIoredis } from './connect-ioredis.ts'
import { ttlMs, type Contestant } from './contestant.ts'

function inRedis(client: Redis): Cache {
  return {
    get: async (key) => {
      const text = await client.get(key)
      return text === null ? null : (JSON.parse(text) as CacheEntry)
    },
    set: (key, entry) => client.set(key, JSON.stringify(entry), 'PX', totalTtl(entry.metadata)),
    delete: (key) => client.del(key),
  }
}

function inMemory(max: number): Cache {
  const entries = new LRUCache<string, CacheEntry>({ max })
  return {
    get: (key) => entries.get(key),
    set: (key, entry) =>
      entries.set(key, entry, { ttl: totalTtl(entry.metadata), start: entry.metadata.createdTime }),
    delete: (key) => entries.delete(key),
  }
}

export const cachified: Contestant = {
  name: 'cachified',
  package: '@epic-web/cachified',
  settings:
    'On ten lines of our own over ioredis (GET, SET PX, DEL), since its own adapters are for other clients; in memory on lru-cache, as its guide shows. No validation of values.',
  tiers: ['redis', 'shared'],
  open: async ({ url, tier, namespace, maxEntries, load }) => {
    const client = tier === 'redis' ? await connectIoredis(url) : undefined
    const cache = client === undefined ? inMemory(maxEntries) : inRedis(client)
    const keyOf = (id: string): string => `${namespace}:video:${id}`
    return {
      read: (id) => cachifiedRead({ key: keyOf(id), cache, ttl: ttlMs, getFreshValue: () => load(id) }),
      invalidate: async (id) => cache.delete(keyOf(id)),
      close: async () => client?.quit(),
    }
  },
}
