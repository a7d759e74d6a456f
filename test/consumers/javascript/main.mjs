import { createCache, defineKey } from '@vidnest/cache-core'

const cache = createCache({ namespace: 'shop', enabled: false })
const greeting = cache.define({
  key: 'greeting:{name}',
  load: async ({ name }) => `hello ${name}`,
  policy: { ttl: '1m' },
})

process.stdout.write(
  JSON.stringify([defineKey('video:{id}').build({ id: 7 }), await greeting.getOrSet({ name: 'Ada' })]),
)
await cache.close()
