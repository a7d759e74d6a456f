import { startRedis } from '@vidnest/services'
import { SignJWT } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import type { SessionTokens } from '../../src/index.ts'
import { intercept } from '../support/intercept.ts'
import { closeAll, connect, onClose } from '../support/serve.ts'
import { derive } from '../../src/sessions/tokens.ts'
import { secret, sessionApp } from '../support/session-app.ts'

afterEach(closeAll)

test.each(['closed', 'token'] as const)(
  'while Redis is frozen, %s: never 401, cookies are kept, and it recovers',
  async (onStoreError) => {
    const server = await startRedis()
    onClose(() => server.stop())
    const app = await sessionApp({ url: server.url, onStoreError })
    const tokens = await app.login()
    await server.pause()
    const read = await app.me(tokens.accessToken)
    const expected = {
      closed: { status: 503, body: { code: 'unavailable' } },
      token: { status: 200, body: { verified: 'token' } },
    }
    expect(read).toMatchObject(expected[onStoreError])
    for (const refused of [
      await app.me(tokens.accessToken, 'POST'),
      await app.me(tokens.accessToken, 'OPTIONS'),
      await app.refresh(tokens.refreshToken),
    ]) {
      expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
      expect(refused.headers.getSetCookie()).toEqual([])
      expect(refused.headers.get('retry-after')).toBe('1')
    }
    expect((await app.me('not a token')).status).toBe(401)
    await server.resume()
    await vi.waitFor(
      async () => {
        expect((await app.me(tokens.accessToken, 'POST')).status).toBe(200)
      },
      { timeout: 15_000 },
    )
  },
)

test('while Redis cannot be asked, nobody who could refresh their token hears that they are signed out', async () => {
  const server = await startRedis()
  onClose(() => server.stop())
  const app = await sessionApp({ url: server.url, onStoreError: 'token' })
  const { refreshToken, sid } = await app.login()
  const ended = await new SignJWT({ sid, gen: '0', sub: 'u1', jti: 'j', iat: 1, exp: 2 })
    .setIssuer(app.namespace)
    .setAudience(app.namespace)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .sign(derive(new TextEncoder().encode(secret), 'access token'))
  const forged = `${refreshToken.slice(0, -43)}${'A'.repeat(43)}`
  const ask = async (headers: Record<string, string>): Promise<unknown[]> => {
    const statuses: unknown[] = []
    for (const [method, path] of [
      ['POST', '/me'],
      ['GET', '/me'],
      ['POST', '/twice'],
    ] as const) {
      const response = await fetch(app.url + path, { method, headers })
      expect(response.headers.getSetCookie()).toEqual([])
      statuses.push(response.status)
    }
    const open = await fetch(`${app.url}/open`, { headers })
    return [...statuses, await open.json()]
  }
  const anonymous = { userId: null }
  const couldRefresh = [
    { cookie: `refresh=${refreshToken}` },
    { cookie: `access=${ended}; refresh=${refreshToken}` },
    { authorization: `Bearer ${ended}` },
  ]
  const couldNot = [{ cookie: `refresh=${forged}` }, { authorization: `Bearer ${ended.slice(0, -9)}` }, {}]
  for (const headers of [...couldRefresh, ...couldNot])
    expect(await ask(headers)).toEqual([401, 401, 401, anonymous])
  await server.pause()
  for (const headers of couldRefresh) expect(await ask(headers)).toEqual([503, 503, 503, anonymous])
  for (const headers of couldNot) expect(await ask(headers)).toEqual([401, 401, 401, anonymous])
  await server.resume()
  for (const headers of couldRefresh)
    await vi.waitFor(async () => expect(await ask(headers)).toEqual([401, 401, 401, anonymous]), {
      timeout: 15_000,
    })
})

test('a server that takes no writes still vouches for sessions; a full one still ends them', async () => {
  const server = await startRedis()
  onClose(() => server.stop())
  const app = await sessionApp({ url: server.url })
  const { accessToken, sid } = await app.login()
  const overdue = (): Promise<number> => app.redis.hset(`${app.namespace}:session:u1:${sid}`, 'used', '0')
  await overdue()
  await app.redis.config('SET', 'min-replicas-to-write', '1')
  expect((await app.me(accessToken)).status).toBe(200)
  await app.redis.config('SET', 'min-replicas-to-write', '0')
  await overdue()
  await app.redis.config('SET', 'maxmemory', '1')
  expect((await app.me(accessToken)).status).toBe(200)
  expect((await app.sessions.list('u1'))[0]?.lastUsedAt).toBeGreaterThan(0)
  await app.sessions.logoutAll('u1')
  expect((await app.me(accessToken)).status).toBe(401)
})

test('a refresh that a frozen server finds when it wakes up is not done, so the token still works', async () => {
  const server = await startRedis()
  onClose(() => server.stop())
  const client = await connect(server.url)
  let freezes = false
  const redis = intercept(client, async (command, send) => {
    const reply = await send()
    if (command === 'TIME' && freezes) await server.pause()
    return reply
  })
  const app = await sessionApp({ redis, url: server.url, reuseGrace: '1ms', redisTimeout: '500ms' })
  const { refreshToken } = await app.login()
  // The script is then known to the server, so that the frozen one finds all of the call.
  const { body } = await app.refresh(refreshToken)
  const token = (body as unknown as SessionTokens).refreshToken
  freezes = true
  expect((await app.refresh(token)).status).toBe(503)
  freezes = false
  await server.resume()
  await vi.waitFor(
    async () => {
      expect(await app.refresh(token)).toMatchObject({ status: 200 })
    },
    { timeout: 15_000 },
  )
})

test('a logout-all counts, and is told, when Redis fails before the records are removed', async () => {
  const redis = intercept(await connect(), (command, send) =>
    command === 'UNLINK' ? Promise.reject(new Error('the connection failed')) : send(),
  )
  const app = await sessionApp({ redis })
  const ended: string[] = []
  app.sessions.on('endedAll', ({ userId }) => ended.push(userId))
  const { accessToken, refreshToken } = await app.login()
  await app.sessions.logoutAll('u1')
  expect(ended).toEqual(['u1'])
  expect((await app.me(accessToken)).status).toBe(401)
  expect((await app.refresh(refreshToken)).status).toBe(401)
  expect(await app.sessions.list('u1')).toEqual([])
})

test('a session too many that cannot be ended at once stays in the list, and the login counts', async () => {
  let scripts = 0
  let fails = false
  const redis = intercept(await connect(), (command, send) => {
    if (command === 'EVALSHA') scripts += 1
    return fails && scripts > 1 ? Promise.reject(new Error('the connection failed')) : send()
  })
  const app = await sessionApp({ redis, maxSessions: 1 })
  const first = await app.login()
  fails = true
  scripts = 0
  const second = await app.login()
  fails = false
  const listed = (): Promise<string[]> =>
    app.sessions.list('u1').then((sessions) => sessions.map(({ sid }) => sid).sort())
  expect(await listed()).toEqual([first.sid, second.sid].sort())
  const third = await app.login()
  expect(await listed()).toEqual([third.sid])
  expect((await app.me(first.accessToken)).status).toBe(401)
})
