import { expect, it } from 'vitest'

import { spellsUndefined, valueAt } from '../../src/paths/value-at.ts'

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

it.each([
  ['a field', { kind: undefined }, 'kind', true],
  ['a field of an object', { subject: { kind: undefined } }, 'subject.kind', true],
  ['a field of an element', { items: [{ kind: 'a' }, { kind: undefined }] }, 'items.kind', true],
  ['the object above it', { subject: undefined }, 'subject.kind', true],
  ['another field', { title: undefined, kind: 'a' }, 'kind', false],
  ['no field', {}, 'kind', false],
])('tells undefined that is spelled out from what is missing: %s', (_name, document, path, expected) => {
  expect(spellsUndefined(document, path)).toBe(expected)
})
