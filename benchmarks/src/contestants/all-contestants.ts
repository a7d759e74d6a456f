import { asyncCacheDedupe } from './async-cache-dedupe.ts'
import { bentocache } from './bentocache.ts'
import { cacheManager } from './cache-manager.ts'
import { cacheable } from './cacheable.ts'
import { cachified } from './cachified.ts'
import type { Contestant } from './contestant.ts'
import { ioredis, ioredisAutoPipelining, ioredisKeys } from './ioredis.ts'
import { ioredisTick } from './ioredis-tick.ts'
import { lruCache } from './lru-cache.ts'
import { nodeRedis } from './node-redis.ts'
import { vidnest } from './vidnest.ts'

/** All contestants, in the order of the tables. */
export const contestants: readonly Contestant[] = [
  ioredis,
  ioredisAutoPipelining,
  ioredisTick,
  ioredisKeys,
  nodeRedis,
  lruCache,
  cachified,
  asyncCacheDedupe,
  bentocache,
  cacheable,
  cacheManager,
  vidnest,
]

/** The contestant whose aims the report checks. */
export const ours: Contestant = vidnest

/** @throws for a name that no contestant has. */
export function contestantNamed(name: string): Contestant {
  const found = contestants.find((contestant) => contestant.name === name)
  if (found === undefined) throw new Error(`there is no contestant ${name}`)
  return found
}
