import { describe, expect, it } from 'vitest'

import { pipelineSources } from '../../src/queries/pipeline-sources.ts'

describe('pipelineSources', () => {
  it('finds every collection, however deep', () => {
    const inner = [{ $lookup: { from: 'c', pipeline: [{ $graphLookup: { from: 'd' } }] } }]
    const pipeline = [
      { $match: { a: 1 } },
      { $lookup: { from: 'a' } },
      { $facet: { one: [{ $unionWith: 'b' }], two: inner } },
      { $unionWith: { coll: 'e', pipeline: [{ $lookup: { from: 'f' } }] } },
      { $lookup: { pipeline: [{ $documents: [] }] } },
    ]
    const { collections, elsewhere, writes } = pipelineSources(pipeline)
    expect([...collections].toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect([elsewhere, writes]).toEqual([false, false])
  })

  it.each([
    [{ $lookup: { from: { db: 'other', coll: 'a' } } }],
    [{ $unionWith: { db: 'other', coll: 'a' } }],
    [{ $search: {} }],
    [{ $facet: { one: [{ $collStats: {} }] } }],
  ])('tells that %j reads elsewhere', (stage) => {
    expect(pipelineSources([stage]).elsewhere).toBe(true)
  })

  it.each([[{ $out: 'a' }], [{ $merge: { into: 'a' } }]])('tells that %j writes', (stage) => {
    expect(pipelineSources([stage]).writes).toBe(true)
  })
})
