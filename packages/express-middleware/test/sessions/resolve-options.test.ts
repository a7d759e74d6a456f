import { expect, test } from 'vitest'
import { checkLogin } from '../../src/sessions/check-login.ts'
import { resolveCookies } from '../../src/sessions/resolve-cookies.ts'
import { resolveSessionsOptions } from '../../src/sessions/resolve-options.ts'
import type { SessionsOptions } from '../../src/sessions/sessions.ts'

function resolve(options: object): ReturnType<typeof resolveSessionsOptions> {
  return resolveSessionsOptions({
    namespace: 'n',
    secret: 'x'.repeat(32),
    ...options,
  } as SessionsOptions)
}

test('the defaults are those of the README', () => {
  expect(resolve({})).toMatchObject({
    accessMs: 300_000,
    idleMs: 86_400_000,
    absoluteMs: 30 * 86_400_000,
    touchMs: 60_000,
    graceMs: 10_000,
    redisTimeoutMs: 250,
    maxSessions: 20,
    issuer: 'n',
    audience: 'n',
    onStoreError: 'closed',
    cookies: { secure: true, sameSite: 'lax', access: '__Host-access', refresh: '__Host-refresh' },
  })
})

test('a session that is used never reaches its idle limit: its use is noted often enough, or the options are refused', () => {
  expect(resolve({ idleTtl: '20s' }).touchMs).toBe(5000)
  expect(resolve({ idleTtl: '20s', touchEvery: '19s' }).touchMs).toBe(19_000)
  expect(() => resolve({ idleTtl: '20s', touchEvery: '20s' })).toThrow(/^touchEvery: /)
})

test.each([
  [{ domain: 'example.com' }, 'cookies.domain'],
  [{ sameSite: 'none' }, 'cookies.sameSite'],
  [{ secure: 'yes' }, 'cookies.secure'],
  [{ accessName: 'a;b' }, 'cookies.accessName'],
  [{ secure: false, refreshName: '__Secure-r' }, 'cookies.refreshName'],
  [{ accessName: 'same', refreshName: 'same' }, 'cookies.refreshName'],
])('cookies with %j are refused, naming the option', (cookies, path) => {
  expect(() => resolveCookies(cookies as never)).toThrow(expect.objectContaining({ path }) as Error)
})

test.each([
  [{ userId: '' }, 'userId'],
  [{ userId: 5 }, 'userId'],
  [{}, 'userId'],
  [{ userId: ['a'] }, 'userId'],
  [{ userId: '\ud800' }, 'userId'],
  [{ userId: 'ü'.repeat(129) }, 'userId'],
  [{ userId: 'u', role: ['admin'] }, 'role'],
])('a login of %j is refused, naming what is wrong', (login, path) => {
  expect(() => {
    checkLogin(login as never)
  }).toThrow(expect.objectContaining({ path }) as Error)
})

test('a login may have the longest id of a user, and no role', () => {
  expect(() => {
    checkLogin({ userId: 'ü'.repeat(128) })
  }).not.toThrow()
})
