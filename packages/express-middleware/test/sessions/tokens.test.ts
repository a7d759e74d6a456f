import { expect, test } from 'vitest'
import {
  createSecret,
  createSessionId,
  derive,
  hashSecret,
  type RefreshToken,
  RefreshTokens,
} from '../../src/sessions/tokens.ts'

const tokens = new RefreshTokens(new TextEncoder().encode('x'.repeat(32)))
const token: RefreshToken = { userId: 'ü:1.*', sid: createSessionId(), counter: 7, secret: createSecret() }

test('a token is read as it was written, whatever the user is called', () => {
  expect(tokens.read(tokens.write(token))).toEqual(token)
})

test('a token that was changed anywhere, or written with another secret, is none', () => {
  const text = tokens.write(token)
  for (let position = 0; position < text.length; position += 1) {
    const other = text[position] === 'A' ? 'B' : 'A'
    expect(tokens.read(text.slice(0, position) + other + text.slice(position + 1))).toBeUndefined()
  }
  expect(new RefreshTokens(new Uint8Array(32)).read(text)).toBeUndefined()
})

test.each([[undefined], [null], [5], [{}], [[tokens.write(token)]], [''], ['a.b.c.d.e']])(
  '%j is no token, and no error',
  (text) => {
    expect(tokens.read(text)).toBeUndefined()
  },
)

test('a sealed successor opens with its predecessor only, and is sealed differently each time', () => {
  const sealed = tokens.seal('old', 'new')
  expect(tokens.unseal('old', sealed)).toBe('new')
  expect(tokens.unseal('other', sealed)).toBeUndefined()
  expect(new RefreshTokens(new Uint8Array(32)).unseal('old', sealed)).toBeUndefined()
  expect(tokens.unseal('old', '')).toBeUndefined()
  expect(tokens.seal('old', 'new')).not.toBe(sealed)
  expect(sealed).not.toContain('new')
})

test('hashes and derived keys say nothing of what they come from, and differ by purpose', () => {
  expect(hashSecret('secret')).not.toContain('secret')
  const secret = new Uint8Array(32)
  expect(derive(secret, 'one')).not.toEqual(derive(secret, 'two'))
  expect(derive(secret, 'one')).toEqual(derive(secret, 'one'))
})
