const { createCache, defineKey } = require('@vidnest/cache-core')

const cache = createCache({ namespace: 'shop', enabled: false })
const greeting = cache.define({
  key: 'greeting:{name}',
  load: async ({ name }) => `hello ${name}`,
  policy: { ttl: '1m' },
})

greeting.getOrSet({ name: 'Ada' }).then((text) => {
  process.stdout.write(JSON.stringify([defineKey('video:{id}').build({ id: 7 }), text]))
  return cache.close()
})
