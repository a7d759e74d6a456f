import { CacheConfigError } from '../errors.ts'
import { durationToMs, finiteDurationToMs, type Duration } from '../time/duration.ts'

/**
 * How long a value may be used, and how it is kept right. From its load on a value is fresh for `ttl`; then it may be
 * served stale while it is loaded again (`staleWhileRevalidate`, as in RFC 5861), or if that fails (`staleIfError`); then
 * it is gone. A hard invalidation ends all of it at once, a soft one only makes the value stale.
 */
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
  /**
   * How long after it went stale a value is still handed out at once, while one load in the background replaces it.
   * @defaultValue not at all
   */
  readonly staleWhileRevalidate?: Duration
  /**
   * How long after it went stale a value is still handed out when loading it again fails or takes too long. After a
   * failure the loader is left alone for a while: 1 s, doubling to 30 s. @defaultValue not at all
   */
  readonly staleIfError?: Duration
  /**
   * How long a caller waits for the loader when there is a stale value to fall back on; the load goes on in the
   * background. @defaultValue as long as it takes
   */
  readonly softTimeout?: Duration
  /**
   * How long a caller waits at most, and how long a loader may run: then its signal is aborted, and the caller gets a stale
   * value that `staleIfError` allows, or a `CacheTimeoutError`. @defaultValue as long as it takes
   */
  readonly hardTimeout?: Duration
  /**
   * Loads a value again in the background before it goes stale: at this share of its TTL (`0.8`), or by chance, the sooner
   * the longer its load took (`'xfetch'`: Vattani et al., Optimal Probabilistic Cache Stampede Prevention, VLDB 2015).
   * @defaultValue `false`
   */
  readonly earlyRefresh?: 'xfetch' | number | false
  /**
   * `'strict'`: a `writeThrough` stands under a barrier, so that a writer that dies between its write and the invalidation
   * leaves nothing stale either. Costs a round trip and hits around each write. @defaultValue `'default'`
   */
  readonly consistency?: 'default' | 'strict'
}

/** A {@link Policy} with its defaults applied and its durations in milliseconds. */
export interface ResolvedPolicy {
  readonly ttlMs: number
  readonly jitter: number
  /** 0 when a `null` is not stored. */
  readonly negativeTtlMs: number
  /** 0 for not at all, like the next ones. */
  readonly staleWhileRevalidateMs: number
  readonly staleIfErrorMs: number
  readonly softTimeoutMs: number
  readonly hardTimeoutMs: number
  readonly earlyRefresh: 'xfetch' | number | false
  readonly strict: boolean
}

const options = [
  'ttl',
  'jitter',
  'negativeTtl',
  'staleWhileRevalidate',
  'staleIfError',
  'softTimeout',
  'hardTimeout',
  'earlyRefresh',
  'consistency',
]

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
  const consistency: unknown = policy.consistency ?? 'default'
  if (consistency !== 'default' && consistency !== 'strict')
    throw new CacheConfigError(`${path}.consistency`, "must be 'default' or 'strict'")
  const optional = (name: 'negativeTtl' | 'staleWhileRevalidate' | 'staleIfError'): number => {
    const duration = policy[name]
    return duration === undefined ? 0 : durationToMs(duration, `${path}.${name}`)
  }
  const timeout = (name: 'softTimeout' | 'hardTimeout'): number => {
    const duration = policy[name]
    return duration === undefined ? 0 : finiteDurationToMs(duration, `${path}.${name}`)
  }
  const resolved: ResolvedPolicy = {
    ttlMs: durationToMs(policy.ttl, `${path}.ttl`),
    jitter,
    negativeTtlMs: optional('negativeTtl'),
    staleWhileRevalidateMs: optional('staleWhileRevalidate'),
    staleIfErrorMs: optional('staleIfError'),
    softTimeoutMs: timeout('softTimeout'),
    hardTimeoutMs: timeout('hardTimeout'),
    earlyRefresh: policy.earlyRefresh ?? false,
    strict: consistency === 'strict',
  }
  checkTogether(resolved, path)
  return resolved
}

/** @throws {CacheConfigError} for options that contradict each other. */
function checkTogether(policy: ResolvedPolicy, path: string): void {
  const { earlyRefresh, softTimeoutMs, hardTimeoutMs } = policy
  if (typeof earlyRefresh === 'number' ? !(earlyRefresh > 0 && earlyRefresh < 1) : !isEarlyWord(earlyRefresh))
    throw new CacheConfigError(
      `${path}.earlyRefresh`,
      "must be 'xfetch', false, or a share of the TTL between 0 and 1",
    )
  if (earlyRefresh !== false && policy.ttlMs === Infinity)
    throw new CacheConfigError(`${path}.earlyRefresh`, "has no meaning with a ttl of 'forever'")
  if (softTimeoutMs > 0 && policy.staleIfErrorMs <= policy.staleWhileRevalidateMs)
    throw new CacheConfigError(
      `${path}.softTimeout`,
      'needs a stale value to fall back on: give a staleIfError that is longer than staleWhileRevalidate',
    )
  if (hardTimeoutMs > 0 && softTimeoutMs >= hardTimeoutMs)
    throw new CacheConfigError(`${path}.softTimeout`, 'must be shorter than hardTimeout')
}

function isEarlyWord(earlyRefresh: unknown): boolean {
  return earlyRefresh === false || earlyRefresh === 'xfetch'
}

/** How long after it went stale a value may still be of use, in ms. */
export function longestStaleMs(policy: ResolvedPolicy): number {
  return Math.max(policy.staleWhileRevalidateMs, policy.staleIfErrorMs)
}

/** Longest life of an entry of the policy in ms, its stale time included. */
export function longestLifeMs(policy: ResolvedPolicy): number {
  return Math.max(policy.ttlMs * (1 + policy.jitter), policy.negativeTtlMs) + longestStaleMs(policy)
}

/** `ttlMs` moved by the policy's jitter; `random` is in [0, 1). */
export function applyJitter(ttlMs: number, jitter: number, random: number): number {
  if (jitter === 0 || ttlMs === Infinity) return ttlMs
  return Math.max(1, Math.round(ttlMs * (1 + jitter * (2 * random - 1))))
}
