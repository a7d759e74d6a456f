import { afterEach, expect, test } from 'vitest'
import type { SessionTokens } from '../../src/index.ts'
import { intercept } from '../support/intercept.ts'
import { ManualClock } from '@vidnest/cache-core/testing'
import { closeAll, connect } from '../support/serve.ts'
import { sessionApp } from '../support/session-app.ts'

afterEach(closeAll)

const failure = (): Promise<never> => Promise.reject(new Error('the connection failed'))

/** An application whose Redis fails from the n-th command of a guard on, which is done all the same or not. */
async function failingApp(failsFrom: number, isDone: boolean) {
  let commands = Number.NEGATIVE_INFINITY
  const redis = intercept(await connect(), async (_command, send) => {
    commands += 1
    if (commands < failsFrom) return send()
    if (isDone && commands === failsFrom) await send()
    return failure()
  })
  const app = await sessionApp({ redis })
  return {
    app,
    failing: async <Result>(work: () => Promise<Result>): Promise<{ reached: boolean; error: unknown }> => {
      commands = 0
      try {
        await work()
        return { reached: commands >= failsFrom, error: undefined }
      } catch (error) {
        return { reached: commands >= failsFrom, error }
      } finally {
        commands = Number.NEGATIVE_INFINITY
      }
    },
  }
}

test.each([
  ['is not done', false],
  ['is done, though nobody hears of it', true],
] as const)(
  'whichever command of Redis fails and %s, no session outlives a guarded write, and it can be tried again',
  async (_, isDone) => {
    let failsFrom = 1
    for (let reached = true; reached; failsFrom += 1) {
      const { app, failing } = await failingApp(failsFrom, isDone)
      const device = await app.login()
      let isWritten = false
      const outcome = await failing(() => app.sessions.guard('u1', () => (isWritten = true)))
      reached = outcome.reached
      const refused = { code: 'unavailable', status: 503 }
      expect(outcome).toMatchObject(isWritten ? { error: undefined } : { error: refused })
      if (!isWritten) await app.sessions.guard('u1', () => (isWritten = true))
      expect(isWritten).toBe(true)
      expect((await app.me(device.accessToken)).status).toBe(401)
      expect((await app.refresh(device.refreshToken)).status).toBe(401)
    }
    expect(failsFrom).toBeGreaterThan(3)
  },
)

test('nobody signs in while a guarded write is under way, and everybody may after it', async () => {
  const app = await sessionApp()
  const other = await app.login('u2')
  await app.sessions.guard('u1', async () => {
    let isAsked = false
    const refused = await app.tryLogin(() => {
      isAsked = true
      return 'viewer'
    })
    expect(isAsked).toBe(false)
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1)
    expect(await app.login()).toEqual({ code: 'unavailable' })
    expect((await app.tryLogin(() => 'viewer', 'u2')).status).toBe(200)
    await app.sessions.guard('u1', () => undefined)
    expect((await app.tryLogin(() => 'viewer')).status).toBe(503)
  })
  expect(await app.redis.exists(`${app.namespace}:~session:bar:u1`)).toBe(0)
  expect((await app.tryLogin(() => 'viewer')).status).toBe(200)
  expect((await app.me(other.accessToken)).status).toBe(200)
})

test.each([
  [
    'a guarded write',
    (app: Awaited<ReturnType<typeof sessionApp>>) => app.sessions.guard('u1', () => undefined),
  ],
  ['a logout-all', (app: Awaited<ReturnType<typeof sessionApp>>) => app.sessions.logoutAll('u1')],
] as const)('a login that read its role before %s starts no session after it', async (_, end) => {
  const app = await sessionApp()
  const overtaken = await app.tryLogin(async () => {
    await end(app)
    return 'admin'
  })
  expect(overtaken).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect(overtaken.headers.get('retry-after')).toBe('1')
  expect(overtaken.headers.getSetCookie()).toEqual([])
  expect(await app.sessions.list('u1')).toEqual([])
  const { accessToken } = (await app.tryLogin(() => 'viewer')).body as unknown as SessionTokens
  expect((await app.me(accessToken)).body).toMatchObject({ role: 'viewer' })
})

test('a write that throws keeps logins waiting until the bar lapses, since it may still be on its way', async () => {
  const app = await sessionApp()
  const write = (): never => {
    throw new Error('the database did not answer')
  }
  await expect(app.sessions.guard('u1', write)).rejects.toThrow('the database did not answer')
  const bar = `${app.namespace}:~session:bar:u1`
  expect((await app.tryLogin(() => 'viewer')).status).toBe(503)
  const life = await app.redis.pttl(bar)
  expect(life).toBeGreaterThan(0)
  expect(life).toBeLessThanOrEqual(10_000)
  await app.redis.zadd(bar, '1', (await app.redis.zrange(bar, '0', '-1'))[0] ?? '')
  expect((await app.tryLogin(() => 'viewer')).status).toBe(200)
})

test('a write that outlasted its bar is only reported as done when what was opened meanwhile is ended', async () => {
  const clock = new ManualClock()
  let fails = false
  const redis = intercept(await connect(), (_command, send) => (fails ? failure() : send()))
  const app = await sessionApp({ redis, clock })
  const bar = `${app.namespace}:~session:bar:u1`
  const slowWrite = async (): Promise<SessionTokens> => {
    clock.advance('10s')
    await redis.unlink(bar)
    return app.login()
  }
  const meanwhile = await app.sessions.guard('u1', slowWrite)
  expect((await app.me(meanwhile.accessToken)).status).toBe(401)
  const failing = app.sessions.guard('u1', async () => {
    await slowWrite()
    fails = true
  })
  await expect(failing).rejects.toMatchObject({ code: 'unavailable' })
})

test('a role that is no text is refused when it is read', async () => {
  const app = await sessionApp()
  expect((await app.tryLogin(() => ['admin'] as unknown as string)).status).toBe(500)
  expect(await app.sessions.list('u1')).toEqual([])
})
