import fc from 'fast-check'
import { expect, test } from 'vitest'
import { measured, TextCopier } from '../../src/memory/own-payload.ts'

test('a copy equals what it was made of, whatever its characters and its length', () => {
  const copier = new TextCopier()
  const text = fc.string({ unit: 'grapheme', maxLength: 300 })
  fc.assert(
    fc.property(text, fc.nat({ max: 400 }), (part, times) => {
      const long = part.repeat(times)
      expect(copier.copy(long).payload).toBe(long)
    }),
    { numRuns: 200 },
  )
})

test.each([
  ['', 0],
  ['plain', 5],
  ['ключ', 8],
  ['one € in it', 22],
  ['x'.repeat(50_000), 50_000],
  ['я'.repeat(50_000), 100_000],
])('the bytes of a text are those that the engine takes', (text, bytes) => {
  expect(new TextCopier().copy(text).bytes).toBe(bytes)
  expect(measured(text).bytes).toBe(bytes)
})

test('the bytes of bytes are their number', () => {
  expect(measured(new Uint8Array(7)).bytes).toBe(7)
})
