import { expect, test } from 'vitest'
import { latestBarrier, parseMarker } from '../../../src/cli/inspect/marker.ts'

test('a marker tells both generations, and until when writers’ barriers stand', () => {
  const text = '0000000000000007 0000000000000009 writer-a:1700 writer:b:1900'
  expect(parseMarker(text)).toEqual({ text, hard: 7, soft: 9, barrierUntil: 1900 })
  expect(parseMarker('0000000000000007 0000000000000007')?.barrierUntil).toBe(0)
  expect([parseMarker(null), parseMarker(undefined)]).toEqual([undefined, undefined])
})

test('the end of a barrier is read of whatever form the client gives a score', () => {
  expect(latestBarrier(['writer', '1700'])).toBe(1700)
  expect(latestBarrier([['writer', 1700]])).toBe(1700)
  expect([latestBarrier([]), latestBarrier(null)]).toEqual([0, 0])
})
