import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Answer } from '../demo/tour/client.ts'
import { type Member, startTestVidNest, type TestVidNest } from './support/vidnest.ts'

let app: TestVidNest
let victim: Member
let thief: Member['client'] & { readonly refreshToken: string }

beforeAll(async () => {
  // As the durable server of a deployment: what it acknowledged is there after any crash.
  const redisArgs = ['--appendonly', 'yes', '--appendfsync', 'always']
  app = await startTestVidNest({ users: 5, videos: 5, redisArgs })
})

afterAll(() => app.close())

beforeEach(async () => {
  victim = await app.member()
  thief = await signIn(victim.password)
})

const newPassword = 'another long password'

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

function login(password: string): Promise<Answer> {
  return app.client().ask('/users/login', { method: 'POST', body: { email: victim.email, password } })
}

async function signIn(password: string): Promise<typeof thief> {
  const client = app.client()
  const { status, data } = await login(password)
  expect(status).toBe(200)
  client.token = (data as Tokens).accessToken
  return Object.assign(client, { refreshToken: (data as Tokens).refreshToken })
}

function change(): Promise<Answer> {
  const body = { oldPassword: victim.password, newPassword }
  return victim.client.ask('/users/me/change-password', { method: 'POST', body })
}

/** Runs `strike` when the next command of that name reaches MongoDB's users. */
function atCommand(commandName: 'find' | 'update', strike: () => void): void {
  const client = app.vidnest.context.connection.getClient()
  const onCommand = (event: { commandName: string; command: Record<string, unknown> }): void => {
    if (event.commandName !== commandName || event.command[commandName] !== 'users') return
    client.off('commandStarted', onCommand)
    strike()
  }
  client.on('commandStarted', onCommand)
}

async function backAgain(): Promise<void> {
  await app.redis.restart()
  await vi.waitFor(
    async () => {
      await app.client().expect(200, '/videos')
      for (const client of Object.values(app.vidnest.context.redis)) expect(client.status).toBe('ready')
      expect((await login('a wrong password')).status).toBe(401)
    },
    { timeout: 20_000, interval: 100 },
  )
}

async function thiefIsOut(): Promise<boolean> {
  const { status } = await app
    .client()
    .ask('/users/refresh-token', { method: 'POST', body: { refreshToken: thief.refreshToken } })
  return (await thief.ask('/users/me')).status === 401 && status === 401
}

test('when Redis dies while the new password is written, the change is done and no older session is left', async () => {
  atCommand('update', () => void app.redis.kill())
  expect(await change()).toMatchObject({ status: 200, data: {} })
  await backAgain()
  expect(await thiefIsOut()).toBe(true)
  expect((await login(victim.password)).status).toBe(401)
  // Nobody could lift the bar; it would lapse by itself.
  await app.vidnest.context.redis.session.unlink(`vidnest:~session:bar:${victim.id}`)
  expect((await login(newPassword)).status).toBe(200)
}, 60_000)

test('when Redis dies before anything is written, the old password stands and the same request works again', async () => {
  atCommand('find', () => void app.redis.kill())
  expect((await change()).status).toBe(503)
  await backAgain()
  expect((await thief.ask('/users/me')).status).toBe(200)
  expect((await change()).status).toBe(200)
  expect(await thiefIsOut()).toBe(true)
}, 60_000)

test('a login that checked the old password before the change starts no session after it', async () => {
  const { sessions } = app.vidnest.context
  const startSession = sessions.login.bind(sessions)
  const { promise: changed, resolve } = Promise.withResolvers<number>()
  vi.spyOn(sessions, 'login').mockImplementationOnce(async (...call) => {
    resolve((await change()).status)
    return startSession(...call)
  })
  expect((await login(victim.password)).status).toBe(401)
  expect(await changed).toBe(200)
  expect(await thiefIsOut()).toBe(true)
})

test('of two changes at once, one wins and the other hears that its old password is wrong', async () => {
  const statuses = (await Promise.all([change(), change()])).map(({ status }) => status)
  expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 400])
  expect((await login(newPassword)).status).toBe(200)
})
