import { expect, it } from 'vitest'

import { valueAt } from '../../src/paths/value-at.ts'

it('follows a dotted path', () => {
  expect(valueAt({ subject: { kind: 'video' } }, 'subject.kind')).toBe('video')
})

it('is undefined where the path ends early', () => {
  expect(valueAt({ subject: null }, 'subject.kind')).toBeUndefined()
  expect(valueAt({}, 'subject.kind')).toBeUndefined()
})

it('fans out over an array', () => {
  expect(valueAt({ items: [{ kind: 'a' }, {}, { kind: 'b' }] }, 'items.kind')).toEqual(['a', 'b'])
})
