import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src/bus/message.ts'

const text = fc.string({ unit: 'grapheme' })

test('what is told is what is heard, whatever characters keys and tags have', () => {
  const change = fc.record({ keys: fc.array(text), tags: fc.array(text), all: fc.constant(false) })
  fc.assert(
    fc.property(text, fc.nat(), change, (from, number, told) => {
      expect(decodeMessage(encodeMessage({ from, number, change: told }))).toEqual({
        from,
        number,
        change: told,
      })
    }),
  )
})

test('a heartbeat tells of no change', () => {
  const heartbeat = { from: 'a', number: 7, change: undefined }
  expect(decodeMessage(encodeMessage(heartbeat))).toEqual(heartbeat)
})

test('more than a thousand names, and a sweep, are told as a change of everything', () => {
  const keys = Array.from({ length: 1001 }, (_, id) => `key-${String(id)}`)
  const everything = { keys: [], tags: [], all: true }
  for (const change of [
    { keys, tags: [], all: false },
    { keys: ['a'], tags: [], all: true },
  ]) {
    const message = encodeMessage({ from: 'a', number: 1, change })
    expect(message.length).toBeLessThan(100)
    expect(decodeMessage(message)?.change).toEqual(everything)
  }
  const fits = { keys: keys.slice(1), tags: [], all: false }
  expect(decodeMessage(encodeMessage({ from: 'a', number: 1, change: fits }))?.change).toEqual(fits)
})

test.each(['', 'nonsense', '{}', '[]', '[1]', '[1,2,3]', '[1,"a","b"]', '[1,"a",1.5]', 'null'])(
  '%j is no message',
  (garbage) => {
    expect(decodeMessage(garbage)).toBeUndefined()
  },
)

test.each([
  '[2,"a",1,["k"],[],false]',
  '[1,"a",1,"k",[],false]',
  '[1,"a",1,[1],[],false]',
  '[1,"a",1,[],[],2]',
])('what cannot be read of %j may concern everything', (later) => {
  expect(decodeMessage(later)).toEqual({ from: 'a', number: 1, change: { keys: [], tags: [], all: true } })
})
