import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatcher } from '../../src/memory-store/glob.ts'

test.each([
  ['video:*', 'video:1', true],
  ['video:*', 'video:', true],
  ['video:*', 'videos:1', false],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['?', '', false],
  ['a?c', 'abc', true],
  ['[abc]', 'b', true],
  ['[^abc]', 'b', false],
  ['[a-c]x', 'bx', true],
  ['[c-a]x', 'bx', true],
  ['[a-c]x', 'dx', false],
  ['[\\]]', ']', true],
  ['[a', 'a', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a\\', 'a\\', true],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b*', 'xxbxxaxx', false],
])('%j and %j: %j', (glob, name, fits) => {
  expect(globMatcher(glob)(name)).toBe(fits)
})

test('a glob of runs and single characters says what the regular expression says', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (glob, name) => {
      const pattern = glob.replaceAll('*', '.*').replaceAll('?', '.')
      expect(globMatcher(glob)(name)).toBe(new RegExp(`^${pattern}$`).test(name))
    }),
  )
})

test('a glob that would keep a backtracking matcher busy for ever is answered', () => {
  expect(globMatcher(`${'*a'.repeat(100)}b`)('a'.repeat(2000))).toBe(false)
})
