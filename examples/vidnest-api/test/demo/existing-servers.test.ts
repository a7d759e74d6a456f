import { expect, test } from 'vitest'
import { withDatabase } from '../../demo/existing-servers.ts'

test.each([
  ['mongodb://127.0.0.1:27017', 'mongodb://127.0.0.1:27017/own'],
  ['mongodb://127.0.0.1:27017/?replicaSet=rs0', 'mongodb://127.0.0.1:27017/own?replicaSet=rs0'],
  ['mongodb://a:1,b:2,c:3/shop?replicaSet=rs0', 'mongodb://a:1,b:2,c:3/own?replicaSet=rs0'],
  ['mongodb+srv://ada:pw@cluster.example/shop', 'mongodb+srv://ada:pw@cluster.example/own'],
])('the database of %s is replaced', (uri, own) => {
  expect(withDatabase(uri, 'own')).toBe(own)
})

test.each([
  [
    'in the database of the address',
    'mongodb://ada:pw@host/shop',
    'mongodb://ada:pw@host/own?authSource=shop',
  ],
  ['in admin, where it names none', 'mongodb://ada:pw@host', 'mongodb://ada:pw@host/own?authSource=admin'],
  [
    'where the address says',
    'mongodb://ada:pw@host/shop?authSource=users',
    'mongodb://ada:pw@host/own?authSource=users',
  ],
  [
    'nowhere, for a mechanism without one',
    'mongodb://ada:pw@host/shop?authMechanism=PLAIN',
    'mongodb://ada:pw@host/own?authMechanism=PLAIN',
  ],
])('a password is still looked up %s', (_where, uri, own) => {
  expect(withDatabase(uri, 'own')).toBe(own)
})

test('an address of something else is refused, and not repeated', () => {
  expect(() => withDatabase('redis://:pw@host', 'own')).toThrow(/^MONGODB_URI must be an address that begins/)
})
