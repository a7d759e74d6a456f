import { Cacheable, CacheableHooks, createKeyv, type Keyv } from 'cacheable'
import { ttlMs, type Contestant, type Setup } from './contestant.ts'
import { keyvOnRedis } from './keyv-redis.ts'

function storesOf({ tier, url, namespace, maxEntries }: Setup): { primary: Keyv; secondary?: Keyv } {
  if (tier === 'redis') return { primary: keyvOnRedis(url, namespace) }
  const primary = createKeyv({ lruSize: maxEntries })
  return tier === 'layers' ? { primary, secondary: keyvOnRedis(url, namespace) } : { primary }
}

export const cacheable: Contestant = {
  name: 'cacheable',
  package: 'cacheable',
  settings:
    'Redis through `createKeyv` of @keyv/redis (node-redis): as the primary store, or as the secondary one behind its memory. Blocking, as by default. `tags: true` only where tags are asked for; `getOrSet` takes none, so a BEFORE_SET hook adds them, which keeps its single-flight.',
  tiers: ['redis', 'copy', 'layers'],
  open: (setup) => {
    const { tags, load } = setup
    const cache = new Cacheable({ ...storesOf(setup), ttl: ttlMs, tags: tags !== undefined })
    cache.on('error', () => undefined)
    if (tags !== undefined)
      cache.onHook(CacheableHooks.BEFORE_SET, (item) => {
        item.tags = tags(item.key.slice('video:'.length))
      })
    return Promise.resolve({
      read: (id) => cache.getOrSet(`video:${id}`, () => load(id)),
      readMany: (ids) => cache.getMany(ids.map((id) => `video:${id}`)),
      invalidate: (id) => cache.delete(`video:${id}`),
      invalidateTag: (tag) => cache.tags.invalidateTag(tag),
      clear: () => cache.clear(),
      close: () => cache.disconnect(),
    })
  },
}
