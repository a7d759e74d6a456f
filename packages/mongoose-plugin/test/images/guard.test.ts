import { expect, it } from 'vitest'

import { guardedFilter, pinnedFilter } from '../../src/images/guard.ts'

const document = {
  id: 7,
  image: new Map<string, unknown>([
    ['category', ['A']],
    ['owner.name', undefined],
  ]),
}

it('pins a filter to one document or to several', () => {
  expect(pinnedFilter({ title: 'x' }, [document])).toEqual({ title: 'x', $and: [{ _id: { $eq: 7 } }] })
  expect(pinnedFilter({ title: 'x' }, [document, { ...document, id: 8 }])).toEqual({
    title: 'x',
    $and: [{ _id: { $in: [7, 8] } }],
  })
})

it('compares every watched value as a whole, and one that is not there with nothing', () => {
  const equalities = [{ $eq: ['$category', { $literal: ['A'] }] }, { $eq: ['$owner.name', '$$REMOVE'] }]
  expect(guardedFilter({}, document)).toEqual({
    $and: [{ _id: { $eq: 7 } }, { $expr: { $and: equalities } }],
  })
})

it('keeps what the filter says, its own $and, $expr and _id included, and leaves it as it was', () => {
  const filter = { _id: { $gt: 1 }, $expr: { $gt: ['$a', '$b'] }, $and: [{ a: 1 }], $text: { $search: 'x' } }
  expect(pinnedFilter(filter, [document])).toEqual({ ...filter, $and: [{ a: 1 }, { _id: { $eq: 7 } }] })
  expect(filter.$and).toEqual([{ a: 1 }])
})
