import { expect, test } from 'vitest'
import { readInvalidateRequest } from '../../src/ops/invalidate-request.ts'

test('tags and a pattern become targets', () => {
  expect(readInvalidateRequest({ tags: ['a', 'b'], pattern: 'video:*', dryRun: true })).toEqual({
    targets: [{ tag: 'a' }, { tag: 'b' }, { pattern: 'video:*' }],
    dryRun: true,
  })
  expect(readInvalidateRequest({ tags: ['a'] })).toEqual({ targets: [{ tag: 'a' }], dryRun: false })
})

test.each([
  [undefined, 'body'],
  [null, 'body'],
  ['x', 'body'],
  [{}, 'tags'],
  [{ tags: [] }, 'tags'],
  [{ tags: [''] }, 'tags'],
  [{ tags: [1] }, 'tags'],
  [{ tags: Array.from({ length: 101 }, String) }, 'tags'],
  [{ pattern: '' }, 'pattern'],
  [{ pattern: ['a'] }, 'pattern'],
  [{ pattern: 'x'.repeat(257) }, 'pattern'],
  [{ pattern: '*'.repeat(9) }, 'pattern'],
  [{ tags: ['a'], dryRun: 1 }, 'dryRun'],
  [{ tags: ['a'], keys: ['b'] }, 'keys'],
])('%j is refused, naming the field', (body, field) => {
  expect(readInvalidateRequest(body)).toMatchObject({ field })
})
