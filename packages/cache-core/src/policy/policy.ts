import { CacheConfigError } from '../errors.ts'
import { durationToMs, type Duration } from '../time/duration.ts'

/** How long a value may be used, and how it is kept right. */
export interface Policy {
  /** How long a value is fresh. Required, unless a named policy gives it: nothing is kept for ever by accident. */
  readonly ttl: Duration
  /**
   * Spreads expiries: each entry's TTL is shortened or lengthened by up to this share, at random, so that entries
   * written together do not expire together. @defaultValue `0`
   */
  readonly jitter?: number
  /** How long a `null` from the loader is kept. @defaultValue not stored */
  readonly negativeTtl?: Duration
}

/** A {@link Policy} with its defaults applied and its durations in milliseconds. */
export interface ResolvedPolicy {
  readonly ttlMs: number
  readonly jitter: number
  /** 0 when a `null` is not stored. */
  readonly negativeTtlMs: number
}

const options = ['ttl', 'jitter', 'negativeTtl']

/**
 * Checks a policy and applies the defaults.
 * @throws {CacheConfigError} naming the option, for unknown ones and for those that cannot work.
 */
export function resolvePolicy(policy: Policy, path: string): ResolvedPolicy {
  if (typeof policy !== 'object' || (policy as unknown) === null)
    throw new CacheConfigError(path, 'must be a policy object')
  const unknown = Object.keys(policy).find((name) => !options.includes(name))
  if (unknown !== undefined)
    throw new CacheConfigError(`${path}.${unknown}`, `is not an option; known are ${options.join(', ')}`)
  const jitter = policy.jitter ?? 0
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter < 1)) {
    throw new CacheConfigError(`${path}.jitter`, 'must be a share from 0 up to, but not including, 1')
  }
  return {
    ttlMs: durationToMs(policy.ttl, `${path}.ttl`),
    jitter,
    negativeTtlMs:
      policy.negativeTtl === undefined ? 0 : durationToMs(policy.negativeTtl, `${path}.negativeTtl`),
  }
}

/** `ttlMs` moved by the policy's jitter; `random` is in [0, 1). */
export function applyJitter(ttlMs: number, jitter: number, random: number): number {
  if (jitter === 0 || ttlMs === Infinity) return ttlMs
  return Math.max(1, Math.round(ttlMs * (1 + jitter * (2 * random - 1))))
}
