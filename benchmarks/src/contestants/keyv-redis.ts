import { createKeyv } from '@keyv/redis'
import type { Keyv } from 'keyv'

/** Redis as a Keyv store, as the guides of cacheable and cache-manager set it up. */
export function keyvOnRedis(url: string, namespace: string): Keyv {
  const keyv = createKeyv(url, { namespace })
  keyv.on('error', () => undefined)
  return keyv
}
