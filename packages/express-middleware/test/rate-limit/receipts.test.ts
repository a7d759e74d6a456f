import { expect, test } from 'vitest'
import { type Receipt, Receipts } from '../../src/rate-limit/receipts.ts'
import { ManualClock } from '@vidnest/cache-core/testing'

test('each receipt is given out once, the oldest that still counts first', () => {
  const clock = new ManualClock()
  const receipts = new Receipts(clock)
  const receipt = (token: string, lifeMs: number): Receipt => ({
    key: 'k',
    token,
    in: 'redis',
    endsAt: clock.now() + lifeMs,
  })
  receipts.add(receipt('failed long ago', 10))
  clock.advance('10ms')
  receipts.add(receipt('one', 10))
  receipts.add(receipt('two', 20))
  receipts.add(receipt('three', 20))
  expect(receipts.take('another')).toBeUndefined()
  expect(receipts.take('k')?.token).toBe('one')
  clock.advance('10ms')
  expect([receipts.take('k')?.token, receipts.take('k')?.token, receipts.take('k')]).toEqual([
    'two',
    'three',
    undefined,
  ])
})
