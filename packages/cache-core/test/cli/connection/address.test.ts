import { expect, test } from 'vitest'
import { resolveAddress } from '../../../src/cli/connection/address.ts'

test('--url goes before REDIS_URL, and this before the usual port of this machine', () => {
  expect(resolveAddress('redis://a', 'redis://b').options).toEqual({ host: 'a', port: 6379 })
  expect(resolveAddress(undefined, 'redis://b:1').options).toEqual({ host: 'b', port: 1 })
  for (const unset of [undefined, ''])
    expect(resolveAddress(undefined, unset).shown).toBe('redis://127.0.0.1:6379')
})

test('user, password and database are taken from the address, and the login is not shown', () => {
  const address = resolveAddress('rediss://app:p%40ss%2Fword@cache.example:6380/2?family=4', undefined)
  expect(address.options).toEqual({
    host: 'cache.example',
    port: 6380,
    username: 'app',
    password: 'p@ss/word',
    db: 2,
    tls: {},
  })
  expect(address.shown).toBe('rediss://cache.example:6380/2')
  expect(address.secrets).toEqual(['p@ss/word', 'p%40ss%2Fword'])
})

test('the brackets of an IPv6 address are only for the address', () => {
  expect(resolveAddress('redis://:p@[::1]:7000', undefined).options).toEqual({
    host: '::1',
    port: 7000,
    password: 'p',
  })
})

test('a keyPrefix is noted and not used', () => {
  const { options, hasKeyPrefix } = resolveAddress('redis://a?keyPrefix=x:', undefined)
  expect([options, hasKeyPrefix]).toEqual([{ host: 'a', port: 6379 }, true])
})

test.each([
  ['http://:secret@a', '--url must be an address such as'],
  ['redis:secret', '--url must be an address such as'],
  ['secret', '--url must be an address such as'],
  ['redis://:secret@a:port', '--url must be an address such as'],
  ['redis://:secret@a/first', '--url must end in the number of a database'],
  ['redis://:secret%@a', '--url has a % in its user or password'],
])('%s is refused without repeating it', (url, message) => {
  expect(() => resolveAddress(url, undefined)).toThrow(message)
  expect(() => resolveAddress(url, undefined)).not.toThrow('secret')
})
