import type { Redis } from 'ioredis'
import { expect, vi } from 'vitest'
import {
  createCache,
  type Cache,
  type CacheOptions,
  type MemoryOptions,
  type RedisLike,
} from '../../src/index.ts'
import { closeLater, connect } from './connect.ts'

/** How long a test waits on a busy machine for what takes milliseconds. */
export const patience = { timeout: 20_000, interval: 5 }

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
  await vi.waitFor(() => {
    expect(cache.stats().memory?.bypassed).toBe(false)
  }, patience)
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
