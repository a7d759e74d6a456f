import { expect, it } from 'vitest'

import { hidesId, showsPaths } from '../../src/images/projection.ts'

it.each([
  ['none', undefined],
  ['an empty one', {}],
  ['one that hides another field', { passwordHash: 0, _id: false }],
])('%s leaves the watched values whole', (_name, projection) => {
  expect(showsPaths(projection, ['category', 'owner.name'])).toBe(true)
})

it.each([
  ['shows others', { title: 1 }],
  ['shows that very field, perhaps reshaped', { category: 1 }],
  ['hides it', { category: 0 }],
  ['hides a part of it', { 'category.name': 0 }],
  ['hides what it is a part of', { owner: 0 }],
  ['adds a field', { passwordHash: 0, score: { $meta: 'textScore' } }],
])('one that %s does not', (_name, projection) => {
  expect(showsPaths(projection, ['category', 'owner.name'])).toBe(false)
})

it('knows whether the id is left out', () => {
  expect([
    hidesId({ _id: 0, title: 1 }),
    hidesId({ _id: false }),
    hidesId({ title: 1 }),
    hidesId(null),
  ]).toEqual([true, true, false, false])
})
