import { expect, test } from 'vitest'
import { checkHistory, type Violation } from './check-history.ts'
import type { Operation, Read, Write } from './operation.ts'

const read = (own: Partial<Read>): Read => ({
  kind: 'read',
  client: '0:0',
  key: 1,
  start: 100,
  end: 101,
  version: 1,
  readAt: 100,
  intact: true,
  fresh: false,
  ...own,
})

const write = (own: Partial<Write>): Write => ({
  kind: 'write',
  client: '1:0',
  key: 1,
  start: 10,
  end: 20,
  version: 1,
  invalidatedAt: 15,
  acknowledged: true,
  ...own,
})

function found(operations: Operation[], { isMonotonic = false, nearMs = 0 } = {}): Violation['property'][] {
  const commits = operations
    .filter((operation) => operation.kind === 'write')
    .map(({ key, version, start }) => ({ kind: 'commit', key, version, at: start + 2 }) as const)
  const bounds = { staleMs: 1000, nearMs, isMonotonic, commits, lastVersions: new Map([[1, 8]]) }
  return checkHistory(operations, bounds).map(({ property }) => property)
}

test('a history without fault has none', () => {
  const second = write({ version: 2, start: 30, end: 40, invalidatedAt: 35 })
  const concurrent = read({ start: 36, end: 39, version: 1, readAt: 31 })
  expect(found([write({}), second, concurrent, read({ version: 2 })], { isMonotonic: true })).toEqual([])
})

test.each<[Violation['property'], Operation[]]>([
  ['P1', [write({}), write({ version: 2, start: 30, end: 40 }), read({ version: 1 })]],
  ['P3', [write({}), read({ intact: false })]],
  ['P3', [write({}), read({ version: 9 })]],
  ['P5', [write({}), read({ version: 0 })]],
  ['P6', [write({}), read({ readAt: 14 })]],
  [
    'P2',
    [
      write({}),
      write({ version: 2, start: 30, end: 40, acknowledged: false }),
      read({ start: 1100, end: 1101, readAt: 1100 }),
    ],
  ],
])('%s is found', (property, operations) => {
  expect(found(operations)).toEqual([property])
})

test('P4 is found where one client sees versions go down, and only there', () => {
  const second = write({ version: 2, start: 30, end: 40, acknowledged: false })
  const [newer, older] = [read({ version: 2, start: 50, end: 51 }), read({ version: 1 })]
  expect(found([write({}), second, newer, older], { isMonotonic: true })).toEqual(['P4'])
  expect(found([write({}), second, { ...newer, client: '0:1' }, older], { isMonotonic: true })).toEqual([])
})

test('with near tiers the process that wrote sees its write at once, and the others after their bound', () => {
  const second = write({ client: '1:0', version: 2, start: 30, end: 40, invalidatedAt: 35 })
  const older = { version: 1, readAt: 31 }
  const near = { nearMs: 50 }
  expect(found([second, read({ ...older, client: '0:0', start: 89, end: 91 })], near)).toEqual([])
  expect(found([second, read({ ...older, client: '0:0', start: 91, end: 92 })], near)).toEqual(['P1', 'P6'])
  expect(found([second, read({ ...older, client: '1:1', start: 41, end: 42 })], near)).toEqual(['P1', 'P6'])
})
