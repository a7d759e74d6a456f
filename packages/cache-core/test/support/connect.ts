import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { createCache, redisProfile, type Cache, type CacheOptions } from '../../src/index.ts'

const open: { close(): Promise<void> }[] = []

/** A client as this package wants it, with patience for a busy machine. */
export async function connect(url: string = testRedisUrl()): Promise<Redis> {
  const client = new Redis(url, {
    ...redisProfile('cache'),
    commandTimeout: 10_000,
    socketTimeout: 10_000,
    connectTimeout: 10_000,
    retryStrategy: (attempt) => Math.min(200, attempt * 20),
  })
  client.on('error', () => undefined)
  await new Promise((resolve) => client.once('ready', resolve))
  open.push({
    close: () => {
      client.disconnect()
      return Promise.resolve()
    },
  })
  return client
}

/** A cache on a client of its own, as another process would have. */
export async function connectCache(
  options: Partial<CacheOptions> & { namespace: string },
  url?: string,
): Promise<{ cache: Cache; redis: Redis }> {
  const redis = await connect(url)
  const cache = createCache({ redis, redisTimeout: '2s', ...options })
  open.push({ close: () => cache.close() })
  return { cache, redis }
}

/** Has {@link closeAll} close something of the test's own. */
export function closeLater(close: () => Promise<void>): void {
  open.push({ close })
}

/** Closes what the test opened, newest first. */
export async function closeAll(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one.close()
}

/** A namespace that no other test uses. */
export function uniqueNamespace(): string {
  return `t-${randomUUID().slice(0, 8)}`
}

/** The server that all tests share. */
export function testRedisUrl(): string {
  const url = process.env['VIDNEST_TEST_REDIS_URL']
  if (url === undefined)
    throw new Error('VIDNEST_TEST_REDIS_URL is not set: run the tests through the int project')
  return url
}
