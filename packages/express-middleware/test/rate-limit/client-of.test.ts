import type { Request } from 'express'
import { expect, test } from 'vitest'
import { clientOf } from '../../src/rate-limit/client-of.ts'

function client(ip: string | undefined, name?: string): string {
  return clientOf({ ip } as Request, () => name)
}

test('a client is its name, else its address; an empty name is none', () => {
  expect(client('192.0.2.1', 'user-1')).toBe('user-1')
  expect(client('192.0.2.1')).toBe('192.0.2.1')
  expect(client('192.0.2.1', '')).toBe('192.0.2.1')
})

test('one customer’s IPv6 addresses are one client; IPv4 clients stay apart, mapped or not', () => {
  expect(client('2001:db8:1:200::1')).toBe(client('2001:db8:1:2ff:ffff::2'))
  expect(client('2001:db8:1:200::1')).not.toBe(client('2001:db8:1:300::1'))
  expect(client('::ffff:192.0.2.1')).not.toBe(client('::ffff:192.0.2.2'))
  expect(client('::ffff:192.0.2.1')).toBe(client('192.0.2.1'))
})

test('a request without an address is refused as a bad one, and shares no count', () => {
  expect(() => client(undefined)).toThrow(expect.objectContaining({ status: 400 }) as Error)
  expect(client(undefined, 'user-1')).toBe('user-1')
})
