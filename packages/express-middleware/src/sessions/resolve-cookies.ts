import { CacheConfigError } from '@vidnest/cache-core'
import type { SessionCookieOptions } from './sessions.ts'

/** Options of the cookies with their defaults. */
export interface ResolvedCookies {
  readonly secure: boolean
  readonly sameSite: 'lax' | 'strict'
  readonly access: string
  readonly refresh: string
}

const known = ['secure', 'sameSite', 'accessName', 'refreshName']

/** @throws {CacheConfigError} naming the option that is unknown or wrong, or that browsers would refuse. */
export function resolveCookies(cookies: SessionCookieOptions): ResolvedCookies {
  const unknown = Object.keys(cookies).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new CacheConfigError(`cookies.${unknown}`, `is not an option; known are ${known.join(', ')}`)
  const secure = cookies.secure ?? true
  const sameSite = cookies.sameSite ?? 'lax'
  if (typeof secure !== 'boolean') throw new CacheConfigError('cookies.secure', 'must be true or false')
  if (sameSite !== 'lax' && sameSite !== 'strict')
    throw new CacheConfigError('cookies.sameSite', "must be 'lax' or 'strict'")
  const prefix = secure ? '__Host-' : ''
  const access = cookies.accessName ?? `${prefix}access`
  const refresh = cookies.refreshName ?? `${prefix}refresh`
  checkName('cookies.accessName', access, secure)
  checkName('cookies.refreshName', refresh, secure)
  if (access === refresh)
    throw new CacheConfigError('cookies.refreshName', 'must not be the name of the other cookie')
  return { secure, sameSite, access, refresh }
}

function checkName(path: string, name: string, secure: boolean): void {
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    throw new CacheConfigError(path, 'must be a cookie name of letters, digits, - and _')
  if (!secure && /^__(?:Host|Secure)-/i.test(name)) {
    throw new CacheConfigError(
      path,
      'begins with __Host- or __Secure-, which browsers refuse without `secure`',
    )
  }
}
