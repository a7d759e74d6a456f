import { BentoCache, bentostore, type BentoStore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { ttlMs, type Contestant, type Setup } from './contestant.ts'

function storeOf({ url, tier, namespace, maxEntries }: Setup): BentoStore {
  const { hostname: host, port } = new URL(url)
  const connection = { host, port: Number(port) }
  const store = bentostore()
  if (tier !== 'redis') store.useL1Layer(memoryDriver({ maxItems: maxEntries, serialize: tier !== 'shared' }))
  if (tier === 'redis' || tier === 'layers') store.useL2Layer(redisDriver({ connection, prefix: namespace }))
  if (tier === 'layers') store.useBus(redisBusDriver({ connection }))
  return store
}

export const bentocache: Contestant = {
  name: 'bentocache',
  package: 'bentocache',
  settings:
    'Redis as L2; in two layers also its memory driver and its Redis bus, as its guide sets them up. The stored object is handed out with `serialize: false`, a copy by default. ioredis 6, although its peer range says 5: the client of the floor. No logger, no grace period.',
  tiers: ['redis', 'shared', 'copy', 'layers'],
  open: (setup) => {
    const { load, tags } = setup
    const cache = new BentoCache({ default: 'main', stores: { main: storeOf(setup) }, ttl: ttlMs })
    return Promise.resolve({
      read: (id) => {
        const key = `video:${id}`
        const factory = (): Promise<unknown> => load(id)
        return tags === undefined
          ? cache.getOrSet({ key, factory })
          : cache.getOrSet({ key, factory, tags: tags(id) })
      },
      invalidate: (id) => cache.delete({ key: `video:${id}` }),
      invalidateTag: (tag) => cache.deleteByTag({ tags: [tag] }),
      clear: () => cache.clear(),
      close: () => cache.disconnectAll(),
    })
  },
}
