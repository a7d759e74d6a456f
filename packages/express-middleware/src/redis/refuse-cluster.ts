import { CacheConfigError, type RedisLike } from '@vidnest/cache-core'

/** @throws {CacheConfigError} for a Cluster client: the keys of one step would lie in several slots. */
export function refuseCluster(client: RedisLike, what: string): void {
  if ('isCluster' in client && client.isCluster === true) {
    throw new CacheConfigError('redis', `${what} need one server or a Sentinel, not a Cluster`)
  }
}
