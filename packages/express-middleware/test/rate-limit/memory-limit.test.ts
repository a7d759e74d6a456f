import { expect, test } from 'vitest'
import { MemoryLimit } from '../../src/rate-limit/memory-limit.ts'
import { ManualClock } from '@vidnest/cache-core/testing'

test('the limit passes in each window, by client', () => {
  const clock = new ManualClock()
  const memory = new MemoryLimit(2, 1000, clock)
  expect(['a', 'a', 'a', 'b'].map((client) => memory.count(client).passes)).toEqual([true, true, false, true])
  clock.advance('400ms')
  expect(memory.count('a')).toMatchObject({ passes: false, hits: 3, resetMs: 600 })
  clock.advance('600ms')
  expect(memory.count('a')).toMatchObject({ passes: true, hits: 1, resetMs: 1000 })
})

test('a point is given back in its own window only, and never below none', () => {
  const clock = new ManualClock()
  const memory = new MemoryLimit(1, 1000, clock)
  const first = memory.count('a').receipt
  memory.refund('a', first)
  memory.refund('a', first)
  expect(memory.count('a').passes).toBe(true)
  expect(memory.count('a').passes).toBe(false)
  clock.advance('1s')
  memory.refund('a', first)
  expect(memory.count('a').passes).toBe(true)
  memory.refund('a', first)
  expect(memory.count('a').passes).toBe(false)
})

test('it remembers a bounded number of clients, and forgets the oldest', () => {
  const memory = new MemoryLimit(1, 1000, new ManualClock())
  memory.count('first')
  for (let client = 0; client < 9999; client += 1) memory.count(`c${String(client)}`)
  expect(memory.count('first').passes).toBe(false)
  memory.count('one more')
  expect(memory.count('first').passes).toBe(true)
})
