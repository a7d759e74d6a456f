import { LRUCache } from 'lru-cache'
import { ttlMs, type Contestant, type Setup, type Subject } from './contestant.ts'

function ofObjects({ maxEntries, load }: Setup): Subject {
  const cache = new LRUCache<string, object>({ max: maxEntries, ttl: ttlMs })
  return {
    read: async (id) => {
      const held = cache.get(id)
      if (held !== undefined) return held
      const value = (await load(id)) as object
      cache.set(id, value)
      return value
    },
    close: () => Promise.resolve(),
  }
}

function ofTexts({ maxEntries, load }: Setup): Subject {
  const cache = new LRUCache<string, string>({ max: maxEntries, ttl: ttlMs })
  return {
    read: async (id) => {
      const held = cache.get(id)
      if (held !== undefined) return JSON.parse(held) as unknown
      const value = await load(id)
      cache.set(id, JSON.stringify(value))
      return value
    },
    close: () => Promise.resolve(),
  }
}

/** The floor of the tiers in memory. */
export const lruCache: Contestant = {
  name: 'lru-cache',
  package: 'lru-cache',
  settings:
    'The floor in memory: with a TTL, behind an async function, the stored object to everybody. For a copy each it keeps JSON and parses it at every read.',
  tiers: ['shared', 'copy'],
  open: (setup) => Promise.resolve(setup.tier === 'copy' ? ofTexts(setup) : ofObjects(setup)),
}
