import type { Redis } from 'ioredis'
import type { Cache, CacheEvents, CacheOptions, Codec } from '../../src/index.ts'
import { connectCache, uniqueNamespace } from './connect.ts'

/** Options of a definition of whatever. */
export const ofAnyValue = { key: 'any:{id}', policy: { ttl: '5m', negativeTtl: '5m' } } as const

/** Bytes as they are. */
export const bytesCodec: Codec<Uint8Array> = {
  id: 'B',
  encode: (value) => value as Uint8Array,
  decode: (bytes) => bytes,
}

/** A cache, its client, and what it said of values that it could not store or use. */
export async function connectWatched(
  options: Partial<CacheOptions> = {},
): Promise<{ cache: Cache; redis: Redis; reasons: unknown[] }> {
  const { cache, redis } = await connectCache({ namespace: uniqueNamespace(), ...options })
  const reasons: unknown[] = []
  cache.on('codecError', ({ error }: CacheEvents['codecError']) =>
    reasons.push('reason' in error ? error.reason : error.code),
  )
  return { cache, redis, reasons }
}

/** Resolves at the cache's next event of one of these names, to its name. */
export function nextOf<Name extends 'fill' | 'codecError'>(cache: Cache, ...names: Name[]): Promise<Name> {
  return new Promise((resolve) => {
    const offs = names.map((name) =>
      cache.on(name, () => {
        for (const off of offs) off()
        resolve(name)
      }),
    )
  })
}
