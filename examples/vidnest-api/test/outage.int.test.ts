import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Client } from '../demo/tour/client.ts'
import { type Member, startTestVidNest, type TestVidNest, upload } from './support/vidnest.ts'

let app: TestVidNest
let member: Member
let video: string
let admin: Client

beforeAll(async () => {
  app = await startTestVidNest()
  member = await app.member()
  video = await upload(member)
  admin = await app.admin()
})

afterAll(async () => {
  await app.redis.resume()
  await app.close()
})

const anonymous = (): string[] => [
  '/videos',
  '/videos?category=music&limit=50',
  `/videos/${video}`,
  '/videos/trending',
  '/search?q=uploaded',
  `/users/c/${member.username}`,
]

interface Round {
  readonly path: string
  readonly status: number
  readonly data: unknown
  readonly elapsedMs: number
}

/** Fifty requests a second for the given time, whatever becomes of them. */
async function load(seconds: number): Promise<Round[]> {
  const paths = anonymous()
  const rounds: Promise<Round>[] = []
  for (let request = 0; request < seconds * 50; request += 1) {
    const path = paths[request % paths.length] ?? ''
    rounds.push(
      app
        .client()
        .ask(path)
        .then((answer) => ({ path, ...answer })),
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return Promise.all(rounds)
}

/** What MongoDB would answer: the same routes of an application that caches nothing. */
async function expectRight(rounds: readonly Round[]): Promise<void> {
  const truth = await startTruth()
  for (const { path, status, data } of rounds) {
    expect([path, status]).toEqual([path, 200])
    expect(data).toEqual(truth.get(path))
  }
}

async function startTruth(): Promise<Map<string, unknown>> {
  const { startVidNest } = await import('../src/start.ts')
  const { config } = app.vidnest.context
  const plain = await startVidNest({
    PORT: '0',
    CACHE: 'off',
    MONGODB_URI: config.MONGODB_URI,
    REDIS_URL: app.redis.url,
    ACCESS_TOKEN_SECRET: config.ACCESS_TOKEN_SECRET,
    LOG_LEVEL: 'silent',
    UPLOAD_DIR: config.UPLOAD_DIR,
    RATE_LIMIT_GLOBAL: '1000000',
  })
  const answers = new Map<string, unknown>()
  for (const path of anonymous()) {
    const response = await fetch(`${plain.url}/api/v1${path}`)
    answers.set(path, ((await response.json()) as { data: unknown }).data)
  }
  await plain.close()
  return answers
}

function registration(): object {
  const username = `away${randomUUID().slice(0, 8)}`
  return { username, email: `${username}@vidnest.example`, fullName: 'Not Now', password: 'a long password' }
}

async function expectSessionsAway(): Promise<void> {
  const answer = await member.client.ask('/users/me')
  expect(answer).toMatchObject({ status: 200, data: { email: member.email } })
  expect(await member.client.ask('/users/sessions')).toMatchObject({
    status: 200,
    data: { complete: false, sessions: [{ current: true, address: '127.0.0.1' }] },
  })
  const refused = [
    await member.client.ask('/users/me', { method: 'PATCH', body: { fullName: 'Not now' } }),
    await member.client.ask(`/videos/${video}`, { method: 'PATCH', body: { title: 'Not now' } }),
    await app
      .client()
      .ask('/users/login', { method: 'POST', body: { email: member.email, password: member.password } }),
    await app
      .client()
      .ask('/users/login', { method: 'POST', body: { email: member.email, password: 'not the password' } }),
    await app.client().ask('/users/register', { method: 'POST', body: registration() }),
    await app.client().ask('/users/refresh-token', { method: 'POST', body: { refreshToken: 'not a token' } }),
    await app.client().ask(`/videos/${video}/view`, { method: 'POST' }),
    await admin.ask('/redis/flush', { method: 'DELETE' }),
    await admin.ask('/redis/health'),
  ]
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 503))
  expect(await admin.ask('/cache/stats')).toMatchObject({ status: 200 })
  expect((await member.client.ask('/cache/stats')).status).toBe(403)
  await expectCookiesKept()
}

/** A browser whose access cookie has expired, and whose refresh cookie is kept, is not told that it is signed out. */
async function expectCookiesKept(): Promise<void> {
  const headers = { 'content-type': 'application/json', cookie: `refresh=${member.refreshToken}` }
  for (const [method, path] of [
    ['POST', '/users/refresh-token'],
    ['PATCH', '/users/me'],
    ['POST', '/users/logout'],
    ['POST', '/users/logout-all'],
    ['POST', '/users/me/change-password'],
    ['DELETE', `/users/sessions/${'A'.repeat(22)}`],
    ['PATCH', `/videos/${video}`],
    ['PATCH', `/videos/${video}/publish`],
    ['DELETE', `/videos/${video}`],
    ['POST', '/videos'],
    ['DELETE', '/redis/flush'],
    ['POST', '/cache/invalidate'],
  ] as const) {
    const answer = await fetch(`${app.vidnest.url}/api/v1${path}`, { method, headers })
    expect([method, path, answer.status]).toEqual([method, path, 503])
    expect(answer.headers.getSetCookie()).toEqual([])
  }
}

async function expectRecovery(): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const path of anonymous()) await app.client().expect(200, path)
      for (const path of anonymous())
        expect(await app.client().ask(path)).toMatchObject({ status: 200, source: 'redis' })
      expect(
        (await member.client.ask('/users/me', { method: 'PATCH', body: { fullName: 'A Member' } })).status,
      ).toBe(200)
    },
    { timeout: 20_000, interval: 200 },
  )
}

test('frozen: every anonymous read is answered and right, what changes something waits, and it recovers', async () => {
  await load(1)
  const during = load(3)
  await app.redis.pause()
  await expectSessionsAway()
  const rounds = await during
  await expectRight(rounds)
  expect(Math.max(...rounds.map(({ elapsedMs }) => elapsedMs))).toBeLessThan(5000)
  await app.redis.resume()
  await expectRecovery()
})

test('killed and started again: the same, without a restart of the application', async () => {
  const during = load(3)
  await app.redis.kill()
  await expectSessionsAway()
  await app.redis.restart()
  const rounds = await during
  expect(rounds).toHaveLength(150)
  await expectRight(rounds)
  await vi.waitFor(
    async () => {
      // The sessions were in the memory of the server that was killed: signing in again is all that it takes.
      const tokens = await app.client().expect<{ accessToken: string }>(200, '/users/login', {
        method: 'POST',
        body: { email: member.email, password: member.password },
      })
      member.client.token = tokens.accessToken
      admin = await app.admin()
    },
    { timeout: 20_000, interval: 200 },
  )
  await expectRecovery()
})

test('an edit that happens while the cache cannot be told shows at once, and after Redis is back', async () => {
  await load(1)
  await app.redis.pause()
  await app.vidnest.context.models.Video.updateOne({ _id: video }, { $set: { title: 'Edited meanwhile' } })
  expect(app.vidnest.context.caches.values.stats().invalidationsQueued).toBeGreaterThan(0)
  const title = async (): Promise<string> =>
    (await app.client().expect<{ title: string }>(200, `/videos/${video}`)).title
  expect(await title()).toBe('Edited meanwhile')
  await app.redis.resume()
  expect(await title()).toBe('Edited meanwhile')
  await expectRecovery()
  expect(await title()).toBe('Edited meanwhile')
  expect(app.vidnest.context.caches.values.stats().invalidationsQueued).toBe(0)
})

test('the first request of a freeze waits for Redis once, whatever it needs it for', async () => {
  const { values, counts } = app.vidnest.context.caches
  const ask = (): Promise<unknown> => member.client.expect(200, '/videos')
  await vi.waitFor(async () => expect((await member.client.ask('/videos')).source).toBe('redis'), {
    timeout: 15_000,
  })
  const failures: string[] = []
  const stop = [values, counts].map((cache) =>
    cache.on('storeError', ({ error }) => failures.push(error.code)),
  )
  await app.redis.pause()
  await ask()
  expect([...new Set(failures)]).toEqual(['E_CACHE_STORE'])
  for (const off of stop) off()
  await app.redis.resume()
  await expectRecovery()
})

test('views that MongoDB does not have yet are not shown meanwhile, and are there again afterwards', async () => {
  const watched = await upload(member)
  const views = async (): Promise<number> =>
    (await app.client().expect<{ views: number }>(200, `/videos/${watched}`)).views
  for (let view = 0; view < 3; view += 1)
    await app.client().expect(200, `/videos/${watched}/view`, { method: 'POST' })
  expect(await views()).toBe(3)
  await app.redis.pause()
  expect(await views()).toBe(0)
  await app.redis.resume()
  await vi.waitFor(async () => expect(await views()).toBe(3), { timeout: 20_000, interval: 200 })
  await expectRecovery()
})

test('a page costs MongoDB a handful of commands, however many videos are on it', async () => {
  await app.redis.pause()
  const commands: string[] = []
  const client = app.vidnest.context.connection.getClient()
  const note = ({ commandName }: { commandName: string }): void => void commands.push(commandName)
  client.on('commandStarted', note)
  const { data } = await app.client().ask('/videos?limit=50')
  client.off('commandStarted', note)
  await app.redis.resume()
  expect((data as { videos: unknown[] }).videos).toHaveLength(50)
  expect(commands.sort()).toEqual(['aggregate', 'find', 'find', 'find'])
})

test('VidNest starts while Redis is away, and uses it as soon as it is there', async () => {
  const { startVidNest } = await import('../src/start.ts')
  const { config } = app.vidnest.context
  await app.redis.kill()
  const late = await startVidNest({
    PORT: '0',
    MONGODB_URI: config.MONGODB_URI,
    REDIS_URL: app.redis.url,
    ACCESS_TOKEN_SECRET: config.ACCESS_TOKEN_SECRET,
    LOG_LEVEL: 'silent',
    UPLOAD_DIR: config.UPLOAD_DIR,
    DEMO_HEADERS: 'on',
  })
  const read = () => fetch(`${late.url}/api/v1/videos`)
  const ready = async (): Promise<unknown> => (await fetch(`${late.url}/readyz`)).json()
  expect(await read()).toMatchObject({ status: 200 })
  expect(await ready()).toMatchObject({ statusCode: 200, data: { status: 'degraded' } })
  await app.redis.restart()
  await vi.waitFor(
    async () => {
      expect((await read()).headers.get('x-data-source')).toBe('redis')
      expect(await ready()).toMatchObject({ data: { status: 'up' } })
    },
    { timeout: 20_000, interval: 200 },
  )
  await late.close()
})
