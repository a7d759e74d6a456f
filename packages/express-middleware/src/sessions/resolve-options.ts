import { CacheConfigError, type Clock, finiteDurationToMs, systemClock } from '@vidnest/cache-core'
import type { SessionsOptions } from './sessions.ts'

/** Options with their defaults, durations in milliseconds. */
export interface ResolvedSessionsOptions {
  readonly secret: Uint8Array
  readonly accessMs: number
  readonly idleMs: number
  readonly absoluteMs: number
  readonly touchMs: number
  readonly graceMs: number
  readonly maxSessions: number
  readonly issuer: string
  readonly audience: string
  readonly cookies: {
    readonly secure: boolean
    readonly sameSite: 'lax' | 'strict'
    readonly access: string
    readonly refresh: string
  }
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
  return {
    secret,
    accessMs: finiteDurationToMs(options.accessTtl ?? '5m', 'accessTtl'),
    idleMs: finiteDurationToMs(options.idleTtl ?? '1d', 'idleTtl'),
    absoluteMs: finiteDurationToMs(options.absoluteTtl ?? '30d', 'absoluteTtl'),
    touchMs: finiteDurationToMs(options.touchEvery ?? '1m', 'touchEvery'),
    graceMs: finiteDurationToMs(options.reuseGrace ?? '10s', 'reuseGrace'),
    maxSessions,
    issuer: options.issuer ?? options.namespace,
    audience: options.audience ?? options.namespace,
    cookies: resolveCookies(options.cookies ?? {}),
    trustedOrigins: options.trustedOrigins ?? [],
    onStoreError,
    clock: options.clock ?? systemClock,
  }
}

function resolveCookies(
  cookies: NonNullable<SessionsOptions['cookies']>,
): ResolvedSessionsOptions['cookies'] {
  const secure = cookies.secure ?? true
  const prefix = secure ? '__Host-' : ''
  const access = cookies.accessName ?? `${prefix}access`
  const refresh = cookies.refreshName ?? `${prefix}refresh`
  for (const [path, name] of [
    ['cookies.accessName', access],
    ['cookies.refreshName', refresh],
  ] as const) {
    if (!/^[A-Za-z0-9_-]+$/.test(name))
      throw new CacheConfigError(path, 'must be a cookie name of letters, digits, - and _')
    if (!secure && /^__(?:Host|Secure)-/i.test(name)) {
      throw new CacheConfigError(
        path,
        'begins with __Host- or __Secure-, which browsers refuse without `secure`',
      )
    }
  }
  return { secure, sameSite: cookies.sameSite ?? 'lax', access, refresh }
}
