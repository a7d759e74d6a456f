import type { Redis } from 'ioredis'
import { expect } from 'vitest'
import {
  createCache,
  type Cache,
  type CacheOptions,
  type MemoryOptions,
  type RedisLike,
} from '../../src/index.ts'
import { closeLater, connect } from './connect.ts'
import { eventually } from './eventually.ts'

/** A cache with a near tier that is in use; on a client of its own unless one is given. */
export async function connectNear(
  options: Partial<CacheOptions> & { namespace: string; memory?: MemoryOptions },
  { url, client }: { readonly url?: string; readonly client?: RedisLike } = {},
): Promise<{ cache: Cache; redis: Redis }> {
  const redis = await connect(url)
  const memory: MemoryOptions = { ttl: '10m', ...options.memory }
  const cache = createCache({ redis: client ?? redis, redisTimeout: '2s', ...options, memory })
  closeLater(() => cache.close())
  await untilTrusted(cache)
  return { cache, redis }
}

/** Resolves when the near tier of the cache is in use. */
export async function untilTrusted(cache: Cache): Promise<void> {
  await eventually(() => {
    expect(cache.stats().memory?.bypassed).toBe(false)
  })
}

/** Whether a read is answered from memory, and with what. */
export async function nearRead<Value>(
  cache: Cache,
  read: () => Promise<Value>,
): Promise<Value | 'not in memory'> {
  const before = cache.stats().memoryHits
  const value = await read()
  return cache.stats().memoryHits > before ? value : 'not in memory'
}
