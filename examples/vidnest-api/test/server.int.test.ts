import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Member, startTestVidNest, type TestVidNest, upload } from './support/vidnest.ts'

let app: TestVidNest
let member: Member

beforeAll(async () => {
  app = await startTestVidNest({ users: 5, videos: 10 })
  member = await app.member()
})

afterAll(() => app.close())

const server = join(import.meta.dirname, '../src/server.ts')

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exit: Promise<number | null>
}

function run(env: Readonly<Record<string, string>>): Run {
  const child = spawn(process.execPath, ['--conditions=@vidnest/source', server], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, output: () => output, exit: once(child, 'exit').then(([code]) => code as number | null) }
}

function environment(): Record<string, string> {
  const { config } = app.vidnest.context
  return {
    PORT: '0',
    MONGODB_URI: config.MONGODB_URI,
    REDIS_URL: app.redis.url,
    ACCESS_TOKEN_SECRET: config.ACCESS_TOKEN_SECRET,
    COOKIE_SECURE: 'off',
    UPLOAD_DIR: config.UPLOAD_DIR,
    LOG_LEVEL: 'debug',
  }
}

async function addressOf({ output }: Run): Promise<string> {
  return vi.waitFor(
    () => {
      const url = /"url":"([^"]+)"/.exec(output())?.[1]
      if (url === undefined) throw new Error('it does not listen yet')
      return url
    },
    { timeout: 20_000 },
  )
}

test('the log tells of requests by id, and holds no token, password, address or query', async () => {
  const running = run(environment())
  const api = `${await addressOf(running)}/api/v1`
  const login = await fetch(`${api}/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: member.email, password: member.password }),
  })
  const { data } = (await login.json()) as { data: { accessToken: string; refreshToken: string } }
  const cookie = login.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ')
  const asked = await fetch(`${api}/users/me?secret-in-query=1`, {
    headers: { authorization: `Bearer ${data.accessToken}`, cookie },
  })
  expect([login.status, asked.status]).toEqual([200, 200])
  expect((await fetch(`${api}/users/login`, { method: 'POST', body: '{"email"' })).status).toBe(400)
  const id = asked.headers.get('x-request-id') ?? 'none'
  await vi.waitFor(() => {
    expect(running.output()).toContain(id)
  })
  running.child.kill('SIGTERM')
  expect(await running.exit).toBe(0)
  const secrets = [
    data.accessToken,
    data.refreshToken,
    member.password,
    member.email,
    'secret-in-query',
    'cookie',
  ]
  for (const secret of secrets) expect(running.output().includes(secret)).toBe(false)
  for (const role of ['cache', 'session'])
    for (const event of ['connect', 'ready'])
      expect(running.output().split(`Redis (${role}): ${event}`)).toHaveLength(2)
}, 60_000)

test('SIGTERM answers what is under way, writes the counts to MongoDB and ends well', async () => {
  const id = await upload(member)
  const running = run(environment())
  const api = `${await addressOf(running)}/api/v1`
  for (let view = 0; view < 5; view += 1) await fetch(`${api}/videos/${id}/view`, { method: 'POST' })
  const stored = async (): Promise<number | undefined> =>
    (await app.vidnest.context.models.Video.findById(id).lean())?.views
  expect(await stored()).toBe(0)
  const body = JSON.stringify({ email: member.email, password: member.password })
  const underWay = request(`${api}/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  })
  underWay.write(body.slice(0, 5))
  await once(underWay, 'socket').then(([socket]) => once(socket as Socket, 'connect'))
  running.child.kill('SIGTERM')
  await vi.waitFor(
    async () => {
      await expect(fetch(`${api}/videos`)).rejects.toThrow('fetch failed')
    },
    { timeout: 10_000 },
  )
  // Long enough for everything that is closed early to be closed.
  await delay(300)
  underWay.end(body.slice(5))
  const [response] = (await once(underWay, 'response')) as [IncomingMessage]
  response.resume()
  expect(response.statusCode).toBe(200)
  expect(await running.exit).toBe(0)
  expect(await stored()).toBe(5)
}, 60_000)

test('what keeps it from starting is said in one message without a stack', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as { port: number }
  for (const [env, message] of [
    [{ PORT: 'abc', ACCESS_TOKEN_SECRET: '' }, 'PORT: must be a whole number'],
    [{ PORT: String(port) }, 'the port is taken'],
    [{ MONGODB_URI: 'mongodb://127.0.0.1:1/x' }, 'MongoDB does not answer'],
  ] as const) {
    const running = run({ ...environment(), LOG_LEVEL: 'silent', ...env })
    expect(await running.exit).toBe(1)
    expect(running.output()).toContain('VidNest cannot start')
    expect(running.output()).toContain(message)
    expect(running.output()).not.toMatch(/\n\s+at /)
  }
  holder.close()
}, 60_000)
