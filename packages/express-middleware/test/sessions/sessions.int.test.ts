import express, { type NextFunction, type Request, type Response } from 'express'
import { SignJWT } from 'jose'
import { afterEach, expect, test } from 'vitest'
import type { SessionEvents, SessionTokens } from '../../src/index.ts'
import { createSessions, type SessionError } from '../../src/index.ts'
import { derive } from '../../src/sessions/tokens.ts'
import { intercept } from '../support/intercept.ts'
import { closeAll, connect, serve } from '../support/serve.ts'
import { sessionApp } from '../support/session-app.ts'

afterEach(closeAll)

test('a login gives a session that every request is checked against, under the documented name and life', async () => {
  const app = await sessionApp()
  const tokens = await app.login('user:1')
  expect(await app.me(tokens.accessToken)).toMatchObject({
    status: 200,
    body: { userId: 'user:1', role: 'viewer', verified: 'redis' },
  })
  const key = `${app.namespace}:session:user%3A1:${tokens.sid}`
  const life = await app.redis.pttl(key)
  expect(life).toBeGreaterThan(86_300_000)
  expect(life).toBeLessThanOrEqual(86_400_000)
  const stored = JSON.stringify([await app.redis.keys(`${app.namespace}:*`), await app.redis.hgetall(key)])
  for (const part of [tokens.accessToken, tokens.refreshToken, ...tokens.refreshToken.split('.').slice(3)])
    expect(stored).not.toContain(part)
  await app.redis.unlink(key)
  expect(await app.me(tokens.accessToken)).toMatchObject({ status: 401, body: { code: 'invalid' } })
})

test('50 refreshes with one token get one and the same successor', async () => {
  const app = await sessionApp()
  const { refreshToken } = await app.login()
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.refresh(refreshToken)))
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
  expect(new Set(answers.map((answer) => answer.body['refreshToken'])).size).toBe(1)
  const [successor] = answers.map((answer) => answer.body['refreshToken'] as string)
  expect((await app.refresh(successor ?? '')).status).toBe(200)
})

test('an older token used again after its grace ends that session and says so, and no other', async () => {
  const app = await sessionApp({ reuseGrace: '1ms' })
  const reused: SessionEvents['reuse'][] = []
  app.sessions.on('reuse', (event) => reused.push(event))
  const [first, other] = [await app.login(), await app.login()]
  const second = (await app.refresh(first.refreshToken)).body as unknown as SessionTokens
  const third = (await app.refresh(second.refreshToken)).body as unknown as SessionTokens
  expect(await app.refresh(first.refreshToken)).toMatchObject({ status: 401, body: { code: 'reuse' } })
  expect(reused).toEqual([{ userId: 'u1', sid: first.sid }])
  expect((await app.me(third.accessToken)).status).toBe(401)
  expect(await app.refresh(third.refreshToken)).toMatchObject({ status: 401, body: { code: 'expired' } })
  expect((await app.me(other.accessToken)).status).toBe(200)
})

test('a forged or foreign refresh token is refused and revokes nothing', async () => {
  const app = await sessionApp()
  const first = await app.login()
  const second = (await app.refresh(first.refreshToken)).body as unknown as SessionTokens
  const [user = '', sid = '', , secret = '', mac = ''] = second.refreshToken.split('.')
  const forged = [
    `${user}.${sid}.1.${secret}.${mac}`,
    `${user}.${sid}.2.${'A'.repeat(43)}.${mac}`,
    `${user}.${sid}.1.${secret}.${'A'.repeat(43)}`,
    'x',
    '',
    '....',
  ]
  for (const token of forged) expect((await app.refresh(token)).status).toBe(401)
  expect((await app.me(second.accessToken)).status).toBe(200)
  expect((await app.refresh(second.refreshToken)).status).toBe(200)
})

test('access tokens without an end, of another type or without a signature are refused', async () => {
  const app = await sessionApp()
  const { sid } = await app.login()
  const secret = new TextEncoder().encode('a secret of more than thirty-two bytes, for tests')
  const seconds = Math.floor(Date.now() / 1000)
  const claims = { sid, gen: '0', sub: 'u1', iss: app.namespace, aud: app.namespace, jti: 'j', iat: seconds }
  const sign = (payload: object, typ: string): Promise<string> =>
    new SignJWT({ ...payload }).setProtectedHeader({ alg: 'HS256', typ }).sign(derive(secret, 'access token'))
  const ends = { ...claims, exp: seconds + 300 }
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
  const good = await sign(ends, 'at+jwt')
  expect((await app.me(good)).status).toBe(200)
  const bad = [
    await sign(claims, 'at+jwt'),
    await sign(ends, 'JWT'),
    `${none}.${good.split('.')[1] ?? ''}.`,
    'x.y.z',
  ]
  for (const token of bad) expect((await app.me(token)).status).toBe(401)
})

test('a logout counts at once, and a late refresh does not bring the session back', async () => {
  const app = await sessionApp()
  const tokens = await app.login()
  const cookie = `access=${tokens.accessToken}; refresh=${tokens.refreshToken}`
  const foreign = { cookie, 'sec-fetch-site': 'cross-site' }
  expect((await fetch(`${app.url}/logout`, { method: 'POST', headers: foreign })).status).toBe(403)
  expect((await app.me(tokens.accessToken)).status).toBe(200)
  const logout = await fetch(`${app.url}/logout`, { method: 'POST', headers: { cookie } })
  expect(logout.headers.getSetCookie().every((set) => set.includes('Expires=Thu, 01 Jan 1970'))).toBe(true)
  expect((await app.me(tokens.accessToken)).status).toBe(401)
  expect(await app.refresh(tokens.refreshToken)).toMatchObject({ status: 401, body: { code: 'expired' } })
  expect(await app.redis.keys(`${app.namespace}:session:*`)).toEqual([])
})

test('logout-all ends every session of that user in one step, also while one is being refreshed, and no other user’s', async () => {
  const app = await sessionApp()
  const mine = await Promise.all(Array.from({ length: 5 }, () => app.login('me')))
  const theirs = await app.login('them')
  const refreshes = Promise.all(mine.map(({ refreshToken }) => app.refresh(refreshToken)))
  await app.sessions.logoutAll('me')
  const late = (await refreshes)
    .filter(({ status }) => status === 200)
    .map(({ body }) => body as unknown as SessionTokens)
  for (const { accessToken, refreshToken } of [...mine, ...late]) {
    expect((await app.me(accessToken)).status).toBe(401)
    expect((await app.refresh(refreshToken)).status).toBe(401)
  }
  expect((await app.me(theirs.accessToken)).status).toBe(200)
  const again = await app.login('me')
  expect((await app.me(again.accessToken)).status).toBe(200)
  expect((await app.sessions.list('me')).map(({ sid }) => sid)).toEqual([again.sid])
})

test('a user’s sessions are listed and ended one by one, and only so many are kept', async () => {
  const app = await sessionApp({ maxSessions: 3 })
  const ended: string[] = []
  app.sessions.on('ended', ({ sid }) => ended.push(sid))
  const sids: string[] = []
  for (let login = 0; login < 4; login += 1) sids.push((await app.login()).sid)
  const listed = await app.sessions.list('u1')
  expect(listed.map(({ sid }) => sid).sort()).toEqual(sids.slice(1).sort())
  expect(listed[0]).toMatchObject({ address: '127.0.0.1', device: expect.any(String) as string })
  expect(await app.sessions.end('u1', sids[1] ?? '')).toBe(true)
  expect(await app.sessions.end('u1', sids[1] ?? '')).toBe(false)
  expect(ended).toEqual([sids[0], sids[1]])
})

test('a request’s session is looked for once, and never taken from anybody but these sessions', async () => {
  let checks = 0
  const redis = intercept(await connect(), (_command, send) => {
    checks += 1
    return send()
  })
  const app = await sessionApp({ redis })
  const { accessToken } = await app.login()
  checks = 0
  const headers = { authorization: `Bearer ${accessToken}` }
  const twice = await fetch(`${app.url}/twice`, { headers })
  expect(await twice.json()).toMatchObject({ userId: 'u1', verified: 'redis' })
  expect(checks).toBe(1)
  const foreign = express()
  foreign.use((req, _res, next) => {
    req.session = { userId: 'u1', sid: 'of other sessions', verified: 'redis' }
    next()
  })
  foreign.get('/', app.sessions.middleware(), (req, res) => {
    res.json({ ...req.session })
  })
  // Express tells error handlers by their four parameters.
  foreign.use((error: SessionError, _req: Request, res: Response, _next: NextFunction) => {
    res.sendStatus(error.status)
  })
  expect((await fetch(await serve(foreign))).status).toBe(401)
})

test('a session is checked without a token where it is optional, and never 401 there', async () => {
  const app = await sessionApp()
  const { accessToken } = await app.login()
  const open = async (token?: string): Promise<unknown> =>
    (
      await fetch(
        `${app.url}/open`,
        token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
      )
    ).json()
  expect([await open(), await open('bad'), await open(accessToken)]).toEqual([
    { userId: null },
    { userId: null },
    { userId: 'u1' },
  ])
})

test('a cookie’s write from another site is refused; a header’s, or one of the own site, is not', async () => {
  const app = await sessionApp({ trustedOrigins: ['https://app.example'] })
  const { accessToken } = await app.login()
  const write = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${app.url}/me`, { method: 'POST', headers })).status
  const cookie = `access=${accessToken}`
  expect(await write({ cookie, 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await write({ cookie, 'sec-fetch-site': 'same-site' })).toBe(403)
  expect(await write({ cookie, origin: 'https://evil.example' })).toBe(403)
  expect(await write({ cookie, origin: 'null' })).toBe(403)
  expect(await write({ cookie, origin: 'https://app.example', 'sec-fetch-site': 'cross-site' })).toBe(200)
  expect(await write({ cookie, 'sec-fetch-site': 'same-origin' })).toBe(200)
  expect(await write({ cookie, origin: app.url })).toBe(200)
  expect(await write({ cookie })).toBe(200)
  expect(await write({ authorization: `Bearer ${accessToken}`, 'sec-fetch-site': 'cross-site' })).toBe(200)
})

test('the record is renewed at most as often as said, and never beyond the absolute limit', async () => {
  const app = await sessionApp({ idleTtl: '1h', absoluteTtl: '2h', touchEvery: '1m' })
  const { accessToken, sid } = await app.login()
  const key = `${app.namespace}:session:u1:${sid}`
  await app.redis.pexpire(key, 1_000_000)
  await app.me(accessToken)
  expect(await app.redis.pttl(key)).toBeLessThanOrEqual(1_000_000)
  await app.redis.hset(key, 'used', '0')
  await app.me(accessToken)
  expect(await app.redis.pttl(key)).toBeGreaterThan(3_500_000)
  await app.redis.hset(key, 'used', '0', 'until', String(Date.now() + 60_000))
  await app.me(accessToken)
  expect(await app.redis.pttl(key)).toBeLessThanOrEqual(60_000)
  await app.redis.hset(key, 'until', '1')
  expect((await app.me(accessToken)).status).toBe(401)
})

test.each([
  [{ secret: 'short' }, 'secret'],
  [{ accessTtl: 300 }, 'accessTtl'],
  [{ key: 'session:{user}' }, 'key'],
  [{ cookies: { secure: false, accessName: '__Host-a' } }, 'cookies.accessName'],
  [{ onStoreError: 'open' }, 'onStoreError'],
  [{ ttl: '5m' }, 'ttl'],
])('%j is refused, naming the option', async (options, path) => {
  const redis = await connect()
  const build = (): unknown =>
    createSessions({ redis, namespace: 'n', secret: 'x'.repeat(32), ...options } as never)
  expect(build).toThrow(expect.objectContaining({ path }) as Error)
})

test('a refresh token tells its session by its signature alone, in the cookie or given; no other text does', async () => {
  const app = await sessionApp()
  const { refreshToken, sid } = await app.login()
  const told = async (query: string, headers: Record<string, string> = {}): Promise<unknown> =>
    (await fetch(`${app.url}/refreshing${query}`, { headers })).json()
  await app.sessions.logoutAll('u1')
  expect(await told('', { cookie: `refresh=${refreshToken}` })).toEqual({ userId: 'u1', sid })
  expect(await told(`?token=${refreshToken}`)).toEqual({ userId: 'u1', sid })
  const forged = `${refreshToken.slice(0, -43)}${'A'.repeat(43)}`
  for (const query of ['', '?token=', `?token=${forged}`, `?token=${refreshToken}&token=x`])
    expect(await told(query)).toEqual({})
})

test('a bad argument is an error that names it, and not an outage; a refresh token that is no text is 401', async () => {
  const app = await sessionApp()
  const bad = undefined as unknown as string
  for (const attempt of [app.sessions.logoutAll(bad), app.sessions.list(bad), app.sessions.end('u', bad)])
    await expect(attempt).rejects.toMatchObject({
      code: 'E_CACHE_CONFIG',
      path: expect.any(String) as string,
    })
  const { refreshToken } = await app.login()
  expect((await app.refresh([refreshToken] as unknown as string)).status).toBe(401)
  expect((await app.refresh(refreshToken)).status).toBe(200)
})
