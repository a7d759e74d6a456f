import { createCache, type CacheOptions } from '@vidnest/cache-core'
import { connectIoredis } from './connect-ioredis.ts'
import type { Contestant, Setup } from './contestant.ts'

function memoryOf({ tier, maxEntries }: Setup): Pick<CacheOptions, 'memory'> {
  if (tier === 'redis') return {}
  return { memory: { maxEntries, maxBytes: 2 ** 30, ttl: '1h', freeze: tier === 'shared' } }
}

export const vidnest: Contestant = {
  name: 'cache-core',
  package: '@vidnest/cache-core',
  settings:
    'The built package on ioredis with the two options that its guide asks for (`enableOfflineQueue: false`, `maxRetriesPerRequest: 0`). Everything else by default: deadlines, breaker, leases and the checks of tags and epoch are on. Its near tier always stands before Redis, with coherence by bus; `freeze: true` hands out one frozen object, the default a copy to each.',
  tiers: ['redis', 'shared', 'copy', 'layers'],
  open: async (setup) => {
    const redis = await connectIoredis(setup.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 })
    const cache = createCache({ redis, namespace: setup.namespace, ...memoryOf(setup) })
    const { tags } = setup
    const video = cache.define({
      key: 'video:{id}',
      policy: { ttl: '1h' },
      load: ({ id }) => setup.load(String(id)),
      ...(tags !== undefined && { tags: ({ id }: { id: unknown }) => tags(String(id)) }),
    })
    return {
      read: (id) => video.getOrSet({ id }),
      readMany: (ids) => video.getMany(ids.map((id) => ({ id }))),
      invalidate: (id) => video.invalidate({ id }),
      invalidateTag: (tag) => cache.invalidate({ tag }),
      clear: () => cache.invalidate({ pattern: 'video:*' }),
      close: async () => {
        await cache.close()
        redis.disconnect()
      },
    }
  },
}
