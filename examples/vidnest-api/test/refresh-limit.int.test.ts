import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestVidNest, type TestVidNest } from './support/vidnest.ts'

let app: TestVidNest

beforeAll(async () => {
  app = await startTestVidNest({ users: 5, videos: 5, env: { RATE_LIMIT_REFRESH: '3' } })
})

afterAll(() => app.close())

/** Refreshes as a browser does whose access cookie has expired; resolves to the status and the next cookie's token. */
async function refresh(token: string): Promise<{ status: number; next: string }> {
  const response = await fetch(`${app.vidnest.url}/api/v1/users/refresh-token`, {
    method: 'POST',
    headers: { cookie: `refresh=${token}` },
  })
  const { data } = (await response.json()) as { data?: { refreshToken: string } }
  return { status: response.status, next: data?.refreshToken ?? token }
}

async function refreshTimes(token: string, times: number): Promise<{ statuses: number[]; last: string }> {
  const statuses: number[] = []
  let last = token
  for (let time = 0; time < times; time += 1) {
    const { status, next } = await refresh(last)
    statuses.push(status)
    last = next
  }
  return { statuses, last }
}

test('refreshes are counted for each session, not for the user or for all who share an address', async () => {
  const member = await app.member()
  const other = await app.member()
  const { refreshToken } = await app.client().expect<{ refreshToken: string }>(200, '/users/login', {
    method: 'POST',
    body: { email: member.email, password: member.password },
  })
  const first = await refreshTimes(member.refreshToken, 5)
  expect(first.statuses).toEqual([200, 200, 200, 429, 429])
  expect((await refreshTimes(refreshToken, 3)).statuses).toEqual([200, 200, 200])
  expect((await refreshTimes(other.refreshToken, 3)).statuses).toEqual([200, 200, 200])
  const inBody = await app
    .client()
    .ask('/users/refresh-token', { method: 'POST', body: { refreshToken: first.last } })
  expect(inBody.status).toBe(429)
})

test('tokens that are none share the count of their address, and none is part of a name', async () => {
  const member = await app.member()
  const forged = `${member.refreshToken.slice(0, -43)}${'A'.repeat(43)}`
  expect((await refreshTimes(forged, 2)).statuses).toEqual([401, 401])
  expect((await refreshTimes('no token at all', 2)).statuses).toEqual([401, 429])
  const { status, next } = await refresh(member.refreshToken)
  expect(status).toBe(200)
  const names = (await app.vidnest.context.redis.session.keys('vidnest:ratelimit:refresh:*')).join('\n')
  expect(names).toContain('refresh:session-')
  for (const token of [forged, member.refreshToken, next])
    for (const secret of token.split('.').slice(3)) expect(names).not.toContain(secret)
})
