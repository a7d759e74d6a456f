import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Client } from '../demo/tour/client.ts'
import type { UserModel } from '../src/models/user.ts'
import { type Member, startTestVidNest, type TestVidNest } from './support/vidnest.ts'

let app: TestVidNest
let User: UserModel

beforeAll(async () => {
  app = await startTestVidNest({ users: 5, videos: 5 })
  User = app.vidnest.context.models.User
})

afterAll(() => app.close())

async function refreshStatus(refreshToken: string): Promise<number> {
  return (await app.client().ask('/users/refresh-token', { method: 'POST', body: { refreshToken } })).status
}

async function signedIn({ client, refreshToken }: Pick<Member, 'client' | 'refreshToken'>): Promise<boolean> {
  const statuses = [(await client.ask('/users/me')).status, await refreshStatus(refreshToken)]
  expect([
    [200, 200],
    [401, 401],
  ]).toContainEqual(statuses)
  return statuses[0] === 200
}

test('an admin who is made a viewer cannot operate the service any more, at once and after a refresh', async () => {
  const admin = (await app.admin()) as Client & { readonly refreshToken: string }
  expect((await admin.ask('/cache/stats')).status).toBe(200)
  await User.updateOne({ username: 'admin' }, { role: 'viewer' })
  expect((await admin.ask('/cache/stats')).status).toBe(401)
  expect(await refreshStatus(admin.refreshToken)).toBe(401)
  const again = await app.admin()
  expect(await again.expect(200, '/users/me')).toMatchObject({ role: 'viewer' })
  expect((await again.ask('/cache/stats')).status).toBe(403)
  await User.updateOne({ username: 'admin' }, { role: 'admin' })
  expect((await (await app.admin()).ask('/cache/stats')).status).toBe(200)
})

const writes: Readonly<Record<string, (member: Member) => Promise<unknown>>> = {
  'updateOne by name': ({ username }) => User.updateOne({ username }, { role: 'creator' }),
  updateMany: ({ email }) => User.updateMany({ email }, { $set: { role: 'creator' } }),
  findByIdAndUpdate: ({ id }) => User.findByIdAndUpdate(id, { role: 'creator' }),
  save: async ({ id }) => {
    const user = await User.findById(id)
    user?.set('role', 'creator')
    await user?.save()
  },
  bulkWrite: ({ username }) =>
    User.bulkWrite([{ updateOne: { filter: { username }, update: { $set: { role: 'creator' } } } }]),
  'the collection': ({ username }) => User.collection.updateOne({ username }, { $set: { role: 'creator' } }),
  'a new password': ({ id }) => User.updateOne({ _id: id }, { passwordHash: 'of another password' }),
  'a removal': ({ id }) => User.deleteOne({ _id: id }),
}

test.each(Object.keys(writes))('%s ends the sessions of that user, and of no other', async (name) => {
  const [member, other] = [await app.member(), await app.member()]
  await writes[name]?.(member)
  expect(await signedIn(member)).toBe(false)
  expect(await signedIn(other)).toBe(true)
})

test('writes to anything else end no session', async () => {
  const member = await app.member()
  await User.updateOne(
    { _id: member.id },
    { fullName: 'Another Name', subscribersCount: 5, email: 'new@vidnest.example' },
  )
  await member.client.expect(200, '/users/me', { method: 'PATCH', body: { fullName: 'A Third Name' } })
  expect(await signedIn(member)).toBe(true)
})

test('a login that read its role before it changed starts no session with it', async () => {
  const member = await app.member()
  const { sessions } = app.vidnest.context
  const startSession = sessions.login.bind(sessions)
  vi.spyOn(sessions, 'login').mockImplementationOnce((req, res, login) => {
    const role = async (): Promise<string> => {
      const read = typeof login.role === 'function' ? await login.role() : login.role
      await User.updateOne({ _id: member.id }, { role: 'creator' })
      return read ?? ''
    }
    return startSession(req, res, { ...login, role })
  })
  const body = { email: member.email, password: member.password }
  expect((await app.client().ask('/users/login', { method: 'POST', body })).status).toBe(503)
  expect(await app.client().expect(200, '/users/login', { method: 'POST', body })).toMatchObject({
    role: 'creator',
  })
})

test('whoever changes a role while sessions cannot be reached hears that they did not end', async () => {
  const member = await app.member()
  await app.redis.pause()
  const update = User.updateOne({ _id: member.id }, { role: 'creator' })
  await expect(update).rejects.toMatchObject({
    name: 'WriteInvalidationError',
    cause: { code: 'unavailable' },
    result: { modifiedCount: 1 },
  })
  await app.redis.resume()
  await vi.waitFor(() => User.updateOne({ _id: member.id }, { role: 'creator' }), {
    timeout: 20_000,
    interval: 200,
  })
  expect(await signedIn(member)).toBe(false)
})
