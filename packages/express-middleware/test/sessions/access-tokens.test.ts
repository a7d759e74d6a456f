import { type JWTPayload, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { AccessTokens } from '../../src/sessions/access-tokens.ts'
import { ManualClock } from '@vidnest/cache-core/testing'

const clock = new ManualClock()
const key = new Uint8Array(64).fill(7)
const claims = { userId: 'u', sid: 's', generation: '0', role: 'admin' }
const tokens = new AccessTokens({ key, issuer: 'i', audience: 'a', ttlMs: 300_000, clock })

const seconds = Math.floor(clock.epochMs() / 1000)
const good = {
  header: { alg: 'HS256', typ: 'at+jwt' },
  payload: { sub: 'u', sid: 's', gen: '0', iss: 'i', aud: 'a', jti: 'j', iat: seconds, exp: seconds + 300 },
}

/** A token signed with the right key. */
function forge(change: { header?: object; payload?: JWTPayload; without?: string } = {}): Promise<string> {
  const payload: JWTPayload = { ...good.payload, ...change.payload }
  if (change.without !== undefined) Reflect.deleteProperty(payload, change.without)
  return new SignJWT(payload).setProtectedHeader({ ...good.header, ...change.header }).sign(key)
}

test('a token says what was signed, until it ends and five seconds more', async () => {
  const moving = new ManualClock()
  const shortLived = new AccessTokens({ key, issuer: 'i', audience: 'a', ttlMs: 300_000, clock: moving })
  const { token, expiresAt } = await shortLived.sign(claims)
  expect(await shortLived.verify(token)).toEqual(claims)
  moving.advance(`${expiresAt - moving.epochMs() + 4000}ms`)
  expect(await shortLived.verify(token)).toEqual(claims)
  moving.advance('2s')
  expect(await shortLived.verify(token)).toBeUndefined()
  expect(await shortLived.wasGood(token)).toBe(true)
})

test('what the forgeries below are changed from is itself good', async () => {
  expect(await tokens.verify(await forge())).toMatchObject({ userId: 'u', sid: 's', generation: '0' })
})

test.each([
  ['another issuer', { payload: { iss: 'x' } }],
  ['another audience', { payload: { aud: 'x' } }],
  ['another type', { header: { typ: 'JWT' } }],
  ['another algorithm', { header: { alg: 'HS512' } }],
  ['an end in the past', { payload: { exp: 1 } }],
  ['a session’s id that is no text', { payload: { sid: 1 } }],
  ...['sub', 'sid', 'gen', 'iss', 'aud', 'exp', 'iat', 'jti'].map(
    (claim) => [`no ${claim}`, { without: claim }] as const,
  ),
] as const)('a token with %s is refused, though it is signed with the right key', async (_what, change) => {
  expect(await tokens.verify(await forge(change))).toBeUndefined()
})

test('a token with another key, and one without a signature, are refused', async () => {
  const token = await new SignJWT(good.payload).setProtectedHeader(good.header).sign(new Uint8Array(64))
  expect(await tokens.verify(token)).toBeUndefined()
  expect(await tokens.wasGood(token)).toBe(false)
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
  expect(await tokens.verify(`${none}.${token.split('.')[1] ?? ''}.`)).toBeUndefined()
})
