import { CacheConfigError, type Clock, finiteDurationToMs, systemClock } from '@vidnest/cache-core'
import { type ResolvedCookies, resolveCookies } from './resolve-cookies.ts'
import type { SessionsOptions } from './sessions.ts'

/** Options with their defaults, durations in milliseconds. */
export interface ResolvedSessionsOptions {
  readonly secret: Uint8Array
  readonly accessMs: number
  readonly idleMs: number
  readonly absoluteMs: number
  readonly touchMs: number
  readonly graceMs: number
  readonly redisTimeoutMs: number
  readonly maxSessions: number
  readonly issuer: string
  readonly audience: string
  readonly cookies: ResolvedCookies
  readonly trustedOrigins: readonly string[]
  readonly onStoreError: 'closed' | 'token'
  readonly clock: Clock
}

const known = [
  'redis',
  'namespace',
  'secret',
  'key',
  'accessTtl',
  'idleTtl',
  'absoluteTtl',
  'touchEvery',
  'reuseGrace',
  'maxSessions',
  'issuer',
  'audience',
  'cookies',
  'trustedOrigins',
  'redisTimeout',
  'onStoreError',
  'clock',
]
const shortestSecret = 32
const usualTouchMs = 60_000

/** @throws {CacheConfigError} naming the option that is missing, unknown or wrong. */
export function resolveSessionsOptions(options: SessionsOptions): ResolvedSessionsOptions {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new CacheConfigError(unknown, `is not an option; known are ${known.join(', ')}`)
  if (typeof options.namespace !== 'string' || !/^[A-Za-z0-9._-]+$/.test(options.namespace)) {
    throw new CacheConfigError('namespace', 'must be a name of letters, digits, dots, dashes and underscores')
  }
  const secret = typeof options.secret === 'string' ? Buffer.from(options.secret) : options.secret
  if (!(secret instanceof Uint8Array) || secret.length < shortestSecret) {
    throw new CacheConfigError('secret', `must have at least ${String(shortestSecret)} bytes`)
  }
  const onStoreError = options.onStoreError ?? 'closed'
  if (onStoreError !== 'closed' && onStoreError !== 'token')
    throw new CacheConfigError('onStoreError', "must be 'closed' or 'token'")
  const maxSessions = options.maxSessions ?? 20
  if (!Number.isInteger(maxSessions) || maxSessions < 1)
    throw new CacheConfigError('maxSessions', 'must be a whole number above 0')
  const idleMs = finiteDurationToMs(options.idleTtl ?? '1d', 'idleTtl')
  return {
    secret,
    accessMs: finiteDurationToMs(options.accessTtl ?? '5m', 'accessTtl'),
    idleMs,
    absoluteMs: finiteDurationToMs(options.absoluteTtl ?? '30d', 'absoluteTtl'),
    touchMs: resolveTouch(options.touchEvery, idleMs),
    graceMs: finiteDurationToMs(options.reuseGrace ?? '10s', 'reuseGrace'),
    redisTimeoutMs: finiteDurationToMs(options.redisTimeout ?? '250ms', 'redisTimeout'),
    maxSessions,
    issuer: options.issuer ?? options.namespace,
    audience: options.audience ?? options.namespace,
    cookies: resolveCookies(options.cookies ?? {}),
    trustedOrigins: options.trustedOrigins ?? [],
    onStoreError,
    clock: options.clock ?? systemClock,
  }
}

/** How often a use is noted: by default so often that a session in use never reaches its idle limit. */
function resolveTouch(touchEvery: SessionsOptions['touchEvery'], idleMs: number): number {
  if (touchEvery === undefined) return Math.min(usualTouchMs, Math.floor(idleMs / 4))
  const touchMs = finiteDurationToMs(touchEvery, 'touchEvery')
  if (touchMs >= idleMs)
    throw new CacheConfigError(
      'touchEvery',
      'must be shorter than idleTtl, or sessions end while they are used',
    )
  return touchMs
}
