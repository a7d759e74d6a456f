import { expect, test } from 'vitest'
import { bytes, count, countOf, duration, percent, timestamp } from '../../../src/cli/terminal/units.ts'

test.each([
  [0, '0 ms'],
  [0.034, '0.03 ms'],
  [4.25, '4.3 ms'],
  [320.4, '320 ms'],
  [999.7, '1.0 s'],
  [12_340, '12.3 s'],
  [59_970, '1 m'],
  [843_000, '14 m 3 s'],
  [3_599_800, '1 h'],
  [5_400_000, '1 h 30 m'],
  [187_200_000, '2 d 4 h'],
  [Infinity, 'for ever'],
  [NaN, '?'],
])('%s ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test('amounts are written for people', () => {
  expect([bytes(512), bytes(1536), bytes(3 * 2 ** 30)]).toEqual(['512 B', '1.5 KiB', '3.0 GiB'])
  expect([count(12_300.4), countOf(1, 'key'), countOf(2, 'entry', 'entries')]).toEqual([
    '12,300',
    '1 key',
    '2 entries',
  ])
  expect(percent(0.93214)).toBe('93.2 %')
  expect([timestamp(0), timestamp(NaN)]).toEqual(['1970-01-01 00:00:00.000 UTC', 'an impossible time'])
})
