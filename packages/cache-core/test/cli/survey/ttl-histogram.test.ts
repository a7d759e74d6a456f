import { expect, test } from 'vitest'
import { TtlHistogram } from '../../../src/cli/survey/ttl-histogram.ts'

test('every TTL has its place in the histogram', () => {
  const ttls = new TtlHistogram()
  for (const ttl of [0, 9999, 10_000, 3_599_999, 86_400_000, 1e12, Infinity]) ttls.add(ttl)
  expect(Object.fromEntries(ttls.counts)).toEqual({
    'under 10 s': 2,
    'under 1 m': 1,
    'under 10 m': 0,
    'under 1 h': 1,
    'under 1 d': 0,
    '1 d or more': 2,
    'no TTL': 1,
  })
})
