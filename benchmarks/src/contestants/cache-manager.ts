import { createCache } from 'cache-manager'
import { createKeyv } from 'cacheable'
import type { Keyv } from 'keyv'
import { ttlMs, type Contestant, type Setup } from './contestant.ts'
import { keyvOnRedis } from './keyv-redis.ts'

function storesOf({ tier, url, namespace, maxEntries }: Setup): Keyv[] {
  if (tier === 'redis') return [keyvOnRedis(url, namespace)]
  const memory = createKeyv({ lruSize: maxEntries })
  return tier === 'layers' ? [memory, keyvOnRedis(url, namespace)] : [memory]
}

export const cacheManager: Contestant = {
  name: 'cache-manager',
  package: 'cache-manager',
  settings:
    'Redis through `createKeyv` of @keyv/redis (node-redis); memory through `createKeyv` of cacheable, as its guide recommends. `wrap` to read.',
  tiers: ['redis', 'copy', 'layers'],
  open: (setup) => {
    const cache = createCache({ stores: storesOf(setup), ttl: ttlMs })
    return Promise.resolve({
      read: (id) => cache.wrap(`video:${id}`, () => setup.load(id)),
      readMany: (ids) => cache.mget(ids.map((id) => `video:${id}`)),
      invalidate: (id) => cache.del(`video:${id}`),
      clear: () => cache.clear(),
      close: () => cache.disconnect(),
    })
  },
}
