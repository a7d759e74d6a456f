import { describe, expect, test } from 'vitest'
import { KeyShapes } from '../../../src/cli/survey/key-shapes.ts'

/** The shapes of some keys, with how many there are of each. */
function shapesOf(keys: Iterable<string>): Record<string, number> {
  const shapes = new KeyShapes<{ keys: number }>({
    create: () => ({ keys: 0 }),
    merge: (into, from) => {
      into.keys += from.keys
    },
  })
  for (const key of keys) shapes.of(key).keys += 1
  return Object.fromEntries(shapes.all().map(({ shape, item }) => [shape, item.keys]))
}

describe('the shape of a key', () => {
  test('has a star for what looks like a value', () => {
    const keys = [
      'video:17',
      'video:9',
      'video:views:17',
      'videos:list:page:1:sort:new',
      'videos:list:page:2:sort:top',
    ]
    expect(shapesOf(keys)).toEqual({
      'video:*': 2,
      'video:views:*': 1,
      'videos:list:page:*:sort:new': 1,
      'videos:list:page:*:sort:top': 1,
    })
    const ids = [
      'user:66f2a1c0ffee00aabbccddee',
      'user:3f2b-4c',
      'user:Ada',
      'user:a%20b',
      `user:${'x'.repeat(40)}`,
    ]
    expect(shapesOf(ids)).toEqual({ 'user:*': 5 })
  })

  test('has a star where there are many different names, however they look', () => {
    const names = Array.from({ length: 9 }, (_, index) => 'abcdefghi'[index] ?? '')
    expect(shapesOf(names.slice(0, 8).map((name) => `user:${name}`))).toHaveProperty('user:a', 1)
    expect(shapesOf(names.map((name) => `user:${name}`))).toEqual({ 'user:*': 9 })
    const nested = names.flatMap((name) => [`user:${name}:profile`, `user:${name}:cart:x`, `user:${name}`])
    expect(shapesOf(nested)).toEqual({ 'user:*': 9, 'user:*:profile': 9, 'user:*:cart:x': 9 })
  })

  test('keeps its first segment, since templates begin with a literal', () => {
    const names = Array.from({ length: 20 }, (_, index) => `kind-${String.fromCharCode(97 + index)}`)
    expect(Object.keys(shapesOf(names.map((name) => `${name}:1`)))).toHaveLength(20)
    const random = Array.from({ length: 1000 }, (_, index) => `adhoc${String(index)}`)
    expect(shapesOf(random)).toEqual({ '*': 1000 })
  })

  test('counts every key once, in whatever order they come', () => {
    const keys = Array.from({ length: 300 }, (_, index) => {
      const letters = index.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')
      return `a:${letters}:${'bcde'[index % 4] ?? ''}:${letters}`
    })
    for (const order of [keys, keys.toReversed()]) {
      const shapes = shapesOf(order)
      expect(Object.values(shapes).reduce((sum, found) => sum + found, 0)).toBe(300)
      expect(Object.keys(shapes).sort()).toEqual(['a:*:b:*', 'a:*:c:*', 'a:*:d:*', 'a:*:e:*'])
    }
  })
})
