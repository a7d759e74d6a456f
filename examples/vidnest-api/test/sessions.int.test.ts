import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '../demo/tour/client.ts'
import { startTestVidNest, type TestVidNest } from './support/vidnest.ts'

let app: TestVidNest

beforeAll(async () => {
  app = await startTestVidNest({ users: 5, videos: 10, env: { RATE_LIMIT_LOGIN: '5' } })
})

afterAll(() => app.close())

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

function refresh(refreshToken: string) {
  return app.client().ask('/users/refresh-token', { method: 'POST', body: { refreshToken } })
}

async function device(member: {
  email: string
  password: string
}): Promise<Client & { refreshToken: string }> {
  const client = app.client()
  const tokens = await client.expect<Tokens>(200, '/users/login', {
    method: 'POST',
    body: { email: member.email, password: member.password },
  })
  client.token = tokens.accessToken
  return Object.assign(client, { refreshToken: tokens.refreshToken })
}

test('a wrong password and an unknown user get the same 401', async () => {
  const email = app.logins[0]?.email ?? ''
  const answers = []
  for (const body of [
    { email, password: 'wrong' },
    { email: 'nobody@vidnest.example', password: 'wrong' },
    { username: 'nobody-here', password: 'x' },
  ]) {
    const response = await fetch(`${app.vidnest.url}/api/v1/users/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    answers.push([response.status, await response.json()])
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]?.[0]).toBe(401)
})

test('a refresh token is rotated; one that was used long ago ends its session, and only that', async () => {
  const member = await app.member()
  const other = await device(member)
  const second = (await refresh(member.refreshToken)).data as Tokens
  expect(((await refresh(member.refreshToken)).data as Tokens).refreshToken).toBe(second.refreshToken)
  const third = (await refresh(second.refreshToken)).data as Tokens
  const reuse = await fetch(`${app.vidnest.url}/api/v1/users/refresh-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken: member.refreshToken }),
  })
  expect(reuse.status).toBe(401)
  expect(((await reuse.json()) as { message: string }).message).toContain('used before')
  member.client.token = third.accessToken
  expect((await member.client.ask('/users/me')).status).toBe(401)
  expect((await other.ask('/users/me')).status).toBe(200)
})

test('a logout ends one device, logout-all every one, a password change all but the one that made it', async () => {
  const member = await app.member()
  const [phone, tablet] = [await device(member), await device(member)]
  await phone.expect(200, '/users/logout', { method: 'POST' })
  expect((await phone.ask('/users/me')).status).toBe(401)
  expect((await tablet.ask('/users/me')).status).toBe(200)
  const changed = await tablet.expect<Tokens>(200, '/users/me/change-password', {
    method: 'POST',
    body: { oldPassword: member.password, newPassword: 'another long password' },
  })
  for (const client of [member.client, tablet]) expect((await client.ask('/users/me')).status).toBe(401)
  tablet.token = changed.accessToken
  expect((await tablet.ask('/users/me')).status).toBe(200)
  await tablet.expect(200, '/users/logout-all', { method: 'POST' })
  expect((await tablet.ask('/users/me')).status).toBe(401)
  expect((await refresh(changed.refreshToken)).status).toBe(401)
})

test('devices are listed, and one of them can be ended', async () => {
  const member = await app.member()
  const phone = await device(member)
  const { sessions: list, complete } = await member.client.expect<{
    sessions: { sid: string; current: boolean }[]
    complete: boolean
  }>(200, '/users/sessions')
  expect(complete).toBe(true)
  expect(list).toHaveLength(2)
  const own = list.find(({ current }) => current)
  const others = list.filter(({ sid }) => sid !== own?.sid)
  await member.client.expect(200, `/users/sessions/${others[0]?.sid ?? ''}`, { method: 'DELETE' })
  expect((await phone.ask('/users/me')).status).toBe(401)
  expect((await member.client.ask('/users/me')).status).toBe(200)
  await member.client.expect(404, `/users/sessions/${others[0]?.sid ?? ''}`, { method: 'DELETE' })
})

test('what needs a session says so, and operations need an admin', async () => {
  const member = await app.member()
  for (const [method, path] of [
    ['GET', '/users/me'],
    ['PATCH', '/users/me'],
    ['POST', '/videos'],
    ['GET', '/users/sessions'],
    ['POST', '/users/logout-all'],
  ] as const) {
    expect((await app.client().ask(path, { method })).status).toBe(401)
  }
  const admin = await app.admin()
  for (const [method, path] of [
    ['GET', '/cache/stats'],
    ['GET', '/redis/health'],
    ['GET', '/redis/stats'],
    ['DELETE', '/redis/flush'],
  ] as const) {
    expect((await app.client().ask(path, { method })).status).toBe(401)
    expect((await member.client.ask(path, { method })).status).toBe(403)
    expect((await admin.ask(path, { method })).status).toBe(200)
  }
  const headers = { authorization: `Bearer ${member.client.token ?? ''}` }
  const refused = await fetch(`${app.vidnest.url}/api/v1/redis/flush`, { method: 'DELETE', headers })
  expect(await refused.json()).toEqual({
    statusCode: 403,
    message: 'not allowed',
    errors: [],
    success: false,
  })
  expect((await admin.ask('/users/me')).status).toBe(200)
})

test('logins that fail are limited, those that succeed give their point back', async () => {
  const member = await app.member()
  for (let login = 0; login < 8; login += 1) await device(member)
  const attempt = () =>
    app.client().ask('/users/login', { method: 'POST', body: { email: member.email, password: 'guess' } })
  const statuses: number[] = []
  for (let guess = 0; guess < 8; guess += 1) statuses.push((await attempt()).status)
  expect(statuses).toContain(401)
  expect(statuses.at(-1)).toBe(429)
  const refused = await fetch(`${app.vidnest.url}/api/v1/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: member.email, password: member.password }),
  })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toEqual({
    statusCode: 429,
    message: 'Too many login attempts, please try again after 15 minutes.',
    errors: [],
    success: false,
  })
})
