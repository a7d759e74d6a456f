import { afterEach, expect, test } from 'vitest'
import { createCache, type Cache } from '../../src/index.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { checkHistory } from '../support/history.ts'
import { withScripts } from '../support/mutants.ts'

afterEach(closeAll)

const operations = 8000

async function threeProcesses(): Promise<Cache[]> {
  const namespace = uniqueNamespace()
  return Promise.all([1, 2, 3].map(async () => (await connectCache({ namespace })).cache))
}

test('P1: no read is older than what was acknowledged before it began', async () => {
  const history = await checkHistory(await threeProcesses(), operations)
  expect(history.stale).toBe(0)
  expect(history.writes).toBeGreaterThan(operations / 20)
})

test('P1 holds while entries, leases, markers and the generation are evicted at random', async () => {
  const caches = await threeProcesses()
  const redis = await connect()
  let running = true
  const evict = async (): Promise<void> => {
    while (running) {
      for (const key of await redis.keys(`${caches[0]?.namespace ?? ''}:*`))
        if (Math.random() < 0.3) await redis.unlink(key)
    }
  }
  const evicting = evict()
  const history = await checkHistory(caches, operations)
  running = false
  await evicting
  expect(history.stale).toBe(0)
})

test('the same check finds stale reads when fills are not compared', async () => {
  const namespace = uniqueNamespace()
  const settle = scripts.settle.lua.replace(/return 'void'/g, '').replaceAll("return 'tags'", '')
  const caches = await Promise.all(
    [1, 2, 3].map(async () =>
      createCache({ redis: withScripts(await connect(), { settle }), namespace, redisTimeout: '2s' }),
    ),
  )
  const history = await checkHistory(caches, operations)
  await Promise.all(caches.map((cache) => cache.close()))
  expect(history.stale).toBeGreaterThan(0)
})
