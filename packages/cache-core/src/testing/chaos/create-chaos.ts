import type { RedisLike } from '../../redis/redis-like.ts'
import type { EntryStore } from '../../store/entry-store.ts'
import type { Clock } from '../../time/clock.ts'
import { ChaosRedis } from './chaos-redis.ts'
import { ChaosStore } from './chaos-store.ts'
import type { ChaosFaults } from './faults.ts'
import { Trouble, type ChaosCounts } from './trouble.ts'

/** Options of {@link createChaos}. */
export interface ChaosOptions {
  /** The same seed makes the same troubles for the same operations in the same order. @defaultValue `1` */
  readonly seed?: number
  /** What latencies are measured by. @defaultValue the machine's */
  readonly clock?: Clock
}

/** Makes trouble between a cache and its Redis, to see what an application does then. At first it makes none. */
export interface Chaos {
  /**
   * The client with trouble on its way: give this one to `createCache`. It concerns what the cache sends (`call` and
   * `pipeline`), not what is sent by the client's other methods.
   */
  redis<Client extends RedisLike>(client: Client): Client
  /** A store with trouble on its way, whose calls fail as the contract says: for tests of a store of your own. */
  store(store: EntryStore): EntryStore
  /** Makes these troubles from now on, instead of the present ones. @throws {CacheConfigError} for what cannot be. */
  inject(faults: ChaosFaults): void
  /** Makes no more trouble. */
  calm(): void
  /** What happened so far. */
  readonly counts: ChaosCounts
}

/**
 * Makes a {@link Chaos}:
 *
 * ```ts
 * const chaos = createChaos({ seed: 7 })
 * const cache = createCache({ redis: chaos.redis(redis), namespace: 'shop' })
 * chaos.inject({ lostReplies: 0.2, latency: ['1ms', '20ms'] })
 * ```
 */
export function createChaos({ seed = 1, clock }: ChaosOptions = {}): Chaos {
  const trouble = new Trouble(seed, clock)
  const clients = new ChaosRedis(trouble)
  return {
    redis: (client) => clients.wrap(client),
    store: (store) => new ChaosStore(store, trouble),
    inject: (faults) => trouble.inject(faults),
    calm: () => trouble.inject({}),
    get counts() {
      return trouble.counts
    },
  }
}
