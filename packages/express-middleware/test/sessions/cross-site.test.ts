import type { Request } from 'express'
import { expect, test } from 'vitest'
import { isCrossSite } from '../../src/sessions/cross-site.ts'

const host = 'shop.example'
const trusted = ['https://app.example']

test.each<[Record<string, string>, boolean]>([
  [{}, false],
  [{ 'sec-fetch-site': 'same-origin' }, false],
  [{ 'sec-fetch-site': 'none' }, false],
  [{ 'sec-fetch-site': 'same-site' }, true],
  [{ 'sec-fetch-site': 'cross-site' }, true],
  [{ 'sec-fetch-site': 'something new' }, true],
  [{ origin: 'https://shop.example' }, false],
  [{ origin: 'https://shop.example.evil.io' }, true],
  [{ origin: 'https://evil.example' }, true],
  [{ origin: 'null' }, true],
  [{ origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }, false],
  [{ origin: 'https://app.example.evil.io', 'sec-fetch-site': 'cross-site' }, true],
])('a request with %j: from another site is %s', (headers, expected) => {
  expect(isCrossSite({ headers: { host, ...headers } } as unknown as Request, trusted)).toBe(expected)
})
