import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeSlot, encodeValueSlot, type NewValue } from '../../src/envelope/slot.ts'

const notRefreshing = { kind: 'value', refreshToken: '', refreshUntil: 0, isSoft: false }

const golden: NewValue = {
  token: 'abcdefghijkl',
  generation: 1_795_486_462_503_411,
  epoch: '--------',
  loadedAt: 1_795_486_462_510,
  freshUntil: 1_795_486_762_510,
  loadCostMs: 12,
  version: 3,
  codec: 'j',
  flags: '-',
  tags: ['videos', 'owner:7', 'é'],
  payload: '{"title":"é"}',
}

test('the format of version 1 is what it was when it was published', () => {
  const text = readFileSync(new URL('./golden/format-1.txt', import.meta.url), 'utf8').trimEnd()
  expect(encodeValueSlot(golden)).toBe(text)
  expect(decodeSlot(text)).toMatchObject({ ...notRefreshing, ...golden })
})

test('any value reads back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1 })),
      fc.string(),
      fc.boolean(),
      (tags, payload, forever) => {
        const value = { ...golden, tags, payload, freshUntil: forever ? Infinity : golden.freshUntil }
        expect(decodeSlot(encodeValueSlot(value))).toMatchObject({ ...notRefreshing, ...value })
      },
    ),
  )
})

test('truncated, edited or foreign text is told apart and never throws', () => {
  expect(decodeSlot(null)).toEqual({ kind: 'absent' })
  expect(decodeSlot('')).toEqual({ kind: 'garbage' })
  expect(decodeSlot('41')).toEqual({ kind: 'garbage' })
  expect(decodeSlot('V9 from the future')).toEqual({ kind: 'foreign' })
  const text = encodeValueSlot(golden)
  fc.assert(
    fc.property(fc.nat(text.length), fc.string({ maxLength: 3 }), (at, noise) => {
      expect(['garbage', 'foreign', 'lease', 'value']).toContain(decodeSlot(text.slice(0, at) + noise).kind)
    }),
  )
  expect(decodeSlot(text.slice(0, 60))).toEqual({ kind: 'garbage', token: golden.token })
})
