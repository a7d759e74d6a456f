import { CacheConfigError } from '../errors.ts'
import { isClusterClient, type RedisLike } from './redis-like.ts'

/**
 * Refuses clients whose reads, names or numbers cannot be trusted.
 * @throws {CacheConfigError} for a `keyPrefix`, `stringNumbers`, a Sentinel client of a replica, or Cluster reads from replicas.
 */
export function checkClient(client: RedisLike): void {
  if (typeof (client as unknown) !== 'object' || client === null || typeof client.call !== 'function') {
    throw new CacheConfigError('redis', 'must be an ioredis client')
  }
  const options = client.options as Readonly<Record<string, unknown>>
  const inner = options['redisOptions'] as Readonly<Record<string, unknown>> | undefined
  if (isSet(options['keyPrefix']) || isSet(inner?.['keyPrefix'])) {
    throw new CacheConfigError(
      'redis.options.keyPrefix',
      'must be left out: ioredis does not apply it to SCAN, so an invalidation by pattern would find nothing; use `namespace`',
    )
  }
  if (options['stringNumbers'] === true || inner?.['stringNumbers'] === true) {
    throw new CacheConfigError(
      'redis.options.stringNumbers',
      'must be left out: answers of scripts are compared as numbers, and counts come as exact texts anyway',
    )
  }
  if (isSet(options['sentinels']) && options['role'] === 'slave') {
    throw new CacheConfigError(
      'redis.options.role',
      "must be 'master': a replica may still hold an invalidated value",
    )
  }
  if (isClusterClient(client) && isSet(options['scaleReads']) && options['scaleReads'] !== 'master') {
    throw new CacheConfigError(
      'redis.options.scaleReads',
      "must be 'master': a replica may still hold an invalidated value",
    )
  }
}

function isSet(option: unknown): boolean {
  return option !== undefined && option !== null && option !== ''
}
