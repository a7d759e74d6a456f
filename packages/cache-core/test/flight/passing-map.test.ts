import { expect, test } from 'vitest'
import { PassingMap } from '../../src/flight/passing-map.ts'

test('a passing map holds what was set last, until it is deleted', () => {
  const map = new PassingMap<number>()
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  expect(map.get('a')).toBe(3)
  expect([...map.entries()]).toEqual([
    ['b', 2],
    ['a', 3],
  ])
  map.delete('a')
  map.delete('a')
  expect(map.get('a')).toBeUndefined()
  expect([...map.entries()]).toEqual([['b', 2]])
})

test('what is deleted while others are gone through is left out', () => {
  const map = new PassingMap<number>()
  for (const key of ['a', 'b', 'c']) map.set(key, 1)
  const seen: string[] = []
  for (const [key] of map.entries()) {
    seen.push(key)
    map.delete('b')
  }
  expect(seen).toEqual(['a', 'c'])
})
