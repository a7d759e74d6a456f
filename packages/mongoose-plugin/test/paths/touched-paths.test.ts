import { describe, expect, it } from 'vitest'

import { topLevelNames, touchedPaths } from '../../src/paths/touched-paths.ts'

describe('touchedPaths', () => {
  it('lists the paths of every operator', () => {
    const update = {
      $set: { title: 'a' },
      $inc: { 'stats.views': 1 },
      $push: { tags: 'b' },
      $unset: { old: 1 },
    }
    expect(touchedPaths(update)).toEqual(new Set(['title', 'stats.views', 'tags', 'old']))
  })

  it('cuts a path at its first array position', () => {
    const update = {
      $set: { 'items.$.a': 1, 'items.$[].b': 1, 'items.$[x].c': 1, 'list.0.d': 1, 'map.deep.3': 1 },
    }
    expect(touchedPaths(update)).toEqual(new Set(['items', 'list', 'map.deep']))
  })

  it('lists both names of a rename', () => {
    expect(touchedPaths({ $rename: { from: 'to' } })).toEqual(new Set(['from', 'to']))
  })

  it('leaves out what is written only on insert', () => {
    expect(touchedPaths({ $setOnInsert: { createdAt: 1 } })).toEqual(new Set())
  })

  it('reads the stages of a pipeline that name their fields', () => {
    const pipeline = [{ $set: { category: '$other' } }, { $unset: ['a', 'b.c'] }, { $addFields: { d: 1 } }]
    expect(touchedPaths(pipeline)).toEqual(new Set(['category', 'a', 'b.c', 'd']))
  })

  it.each([[[{ $replaceWith: { a: 1 } }]], [{ title: 'a replacement' }], [[{ $project: { a: 1 } }]]])(
    'says all for %j',
    (update) => {
      expect(touchedPaths(update)).toBe('all')
    },
  )
})

describe('topLevelNames', () => {
  it('keeps the first part of each path', () => {
    expect(topLevelNames(new Set(['a.b', 'a.c', 'd']))).toEqual(new Set(['a', 'd']))
  })

  it('keeps all', () => {
    expect(topLevelNames('all')).toBe('all')
  })
})
