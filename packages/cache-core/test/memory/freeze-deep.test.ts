import { expect, test } from 'vitest'
import { freezeDeep } from '../../src/memory/freeze-deep.ts'

test('plain objects and arrays are frozen all the way down', () => {
  const value = { list: [{ deep: { deeper: 1 } }], text: 'a', none: null }
  expect(freezeDeep(value)).toBe(true)
  expect(() => value.list.push({ deep: { deeper: 2 } })).toThrow(TypeError)
  expect(() => {
    const [first] = value.list
    if (first !== undefined) first.deep.deeper = 2
  }).toThrow(TypeError)
})

test.each([1, 'text', true, null, undefined, 5n])('%s needs no freezing', (value) => {
  expect(freezeDeep(value)).toBe(true)
})

test.each([
  ['a date', new Date()],
  ['a map', new Map()],
  ['a set', new Set()],
  ['bytes', new Uint8Array(1)],
  ['an object of a class', new URL('https://example.com')],
])('%s can be changed although it is frozen, so it is refused, also inside', (_, value) => {
  expect(freezeDeep(value)).toBe(false)
  expect(freezeDeep({ list: [value] })).toBe(false)
})
