import { describe, expect, it } from 'vitest'

import { decidingPaths } from '../../src/queries/filter-paths.ts'

const paths = (read: object) => {
  const found = decidingPaths({ method: 'find', filter: {}, options: {}, ...read })
  return found === 'unknown' ? found : [...found]
}

describe('decidingPaths', () => {
  it.each([
    [{ filter: { a: 1, 'b.c': { $gt: 1 }, $comment: 'why' } }, ['a', 'b.c']],
    [{ filter: { $or: [{ a: 1 }, { $and: [{ b: 1 }, { $nor: [{ c: 1 }] }] }] } }, ['a', 'b', 'c']],
    [{ options: { sort: { a: 1, b: -1 } } }, ['a', 'b']],
    [{ options: { sort: new Map([['b', 1]]) } }, ['b']],
    [{ options: { sort: [['a', 1]] } }, ['a']],
    [{ field: 'd', filter: { a: 1 } }, ['d', 'a']],
    [{}, []],
  ])('finds those of %j', (read, expected) => {
    expect(paths(read)).toEqual(expected)
  })

  it.each([
    [{ filter: { a: 1, $expr: {} } }],
    [{ filter: { $or: [{ a: 1 }, { $where: 'true' }] } }],
    [{ filter: { $text: { $search: 'a' } } }],
    [{ options: { sort: { score: { $meta: 'textScore' } } } }],
    [{ options: { sort: 'a' } }],
    [{ options: { min: { a: 1 } } }],
  ])('cannot tell those of %j', (read) => {
    expect(paths(read)).toBe('unknown')
  })
})
