import { EventBus } from '../../src/observability/events.ts'
import { Recorder } from '../../src/observability/recorder.ts'
import { isClusterClient } from '../../src/redis/redis-like.ts'
import { connectStore } from '../../src/redis/connect-store.ts'
import { resolveMemoryLimits } from '../../src/memory/memory-limits.ts'
import { MemoryStore } from '../../src/memory-store/memory-store.ts'
import { systemClock, type CacheOptions, type RedisLike } from '../../src/index.ts'
import { ManualClock, type StoreUnderTest } from '../../src/testing/index.ts'
import { ServerTime } from '../../src/time/server-time.ts'
import { ageNamespace } from './age-store.ts'
import { uniqueNamespace } from './connect.ts'

/** A store in memory whose time the contract moves. */
export function memorySubject(): StoreUnderTest & { readonly store: MemoryStore } {
  const clock = new ManualClock()
  const store = new MemoryStore({ limits: resolveMemoryLimits({}), now: () => clock.epochMs() })
  return {
    store,
    prefix: 'contract:',
    passTime: (ms) => clock.advance(`${ms}ms`),
    evict: (key) => void store.slots.delete(key),
  }
}

/** A store on a server or a Cluster; `plain` is its client when the store's own is in trouble. */
export function redisSubject(
  client: RedisLike,
  { plain = client, ...options }: Partial<CacheOptions> & { readonly plain?: RedisLike } = {},
): StoreUnderTest {
  const namespace = uniqueNamespace()
  const connection = connectStore(
    { redis: client, redisTimeout: '10s', ...options, namespace },
    {
      clock: systemClock,
      events: new EventBus(namespace),
      recorder: new Recorder(),
      time: new ServerTime(systemClock),
    },
  )
  const nodes = isClusterClient(plain) ? plain.nodes('master') : [plain]
  return {
    store: connection.store,
    prefix: `${namespace}:`,
    passTime: (ms) => ageNamespace(plain, nodes, { namespace, ms }),
    evict: async (key) => void (await plain.call('DEL', key)),
    overwrite: async (key, text) => void (await plain.call('SET', key, text)),
    close: () => connection.detach(),
  }
}
