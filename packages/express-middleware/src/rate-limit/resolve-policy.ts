import {
  CacheConfigError,
  type Clock,
  defineKey,
  finiteDurationToMs,
  type KeyBuilder,
  systemClock,
} from '@vidnest/cache-core'
import type { Limit } from './limit-store.ts'
import type { RateLimitPolicy } from './policy.ts'

/** A policy with its defaults, durations in milliseconds. */
export interface ResolvedPolicy extends Limit {
  readonly name: string
  readonly onStoreError: 'memory' | 'open' | 'closed'
  readonly clock: Clock
  /** The full name in Redis of a client's state. */
  readonly keyOf: (client: string) => string
}

const known = [
  'redis',
  'namespace',
  'name',
  'key',
  'algorithm',
  'window',
  'limit',
  'identifier',
  'onStoreError',
  'skipSuccessfulRequests',
  'skip',
  'onRefused',
  'redisTimeout',
  'clock',
]

/** @throws {CacheConfigError} naming the option that is missing, unknown or wrong. */
export function resolvePolicy(policy: RateLimitPolicy): ResolvedPolicy {
  const unknown = Object.keys(policy).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new CacheConfigError(unknown, `is not an option; known are ${known.join(', ')}`)
  for (const name of ['namespace', 'name'] as const) {
    if (typeof policy[name] !== 'string' || !/^[A-Za-z0-9._-]+$/.test(policy[name])) {
      throw new CacheConfigError(name, 'must be a name of letters, digits, dots, dashes and underscores')
    }
  }
  if (!Number.isSafeInteger(policy.limit) || policy.limit < 1)
    throw new CacheConfigError('limit', 'must be a whole number above 0')
  const algorithm = policy.algorithm ?? 'fixed-window'
  if (!['fixed-window', 'sliding-log', 'gcra'].includes(algorithm)) {
    throw new CacheConfigError('algorithm', "must be 'fixed-window', 'sliding-log' or 'gcra'")
  }
  const onStoreError = policy.onStoreError ?? 'memory'
  if (!['memory', 'open', 'closed'].includes(onStoreError)) {
    throw new CacheConfigError('onStoreError', "must be 'memory', 'open' or 'closed'")
  }
  const key = keyBuilder(policy.key ?? 'ratelimit:{policy}:{client}')
  return {
    name: policy.name,
    algorithm,
    limit: policy.limit,
    windowMs: finiteDurationToMs(policy.window, 'window'),
    onStoreError,
    clock: policy.clock ?? systemClock,
    keyOf: (client) => `${policy.namespace}:${key.build({ policy: policy.name, client })}`,
  }
}

function keyBuilder(template: string): KeyBuilder<{ readonly policy: string; readonly client: string }> {
  const builder = defineKey(template) as unknown as KeyBuilder<{
    readonly policy: string
    readonly client: string
  }>
  try {
    builder.build({ policy: 'p', client: 'c' })
  } catch (cause) {
    throw new CacheConfigError(
      'key',
      "must be a template with {policy} and {client}, such as 'ratelimit:{policy}:{client}'",
      { cause },
    )
  }
  return builder
}
