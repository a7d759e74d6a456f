import mongoose from 'mongoose'
import { expect, it } from 'vitest'

import { filterIds } from '../../src/writes/filter-ids.ts'

const id = new mongoose.Types.ObjectId()
const other = new mongoose.Types.ObjectId()

it.each([
  ['an id', { _id: id }, [id]],
  ['an id beside other conditions', { _id: 7, title: 'a' }, [7]],
  ['$eq', { _id: { $eq: id } }, [id]],
  ['$in', { _id: { $in: [id, other] } }, [id, other]],
  ['an id inside $and', { $and: [{ tenant: 1 }, { _id: id }] }, [id]],
  ['an embedded document', { _id: { a: 1, b: 2 } }, [{ a: 1, b: 2 }]],
  ['null', { _id: null }, [null]],
  ['a date', { _id: new Date(5) }, [new Date(5)]],
])('finds the ids of %s', (_name, filter, expected) => {
  expect(filterIds(filter, undefined)).toEqual(expected)
})

it.each([
  ['no id', { title: 'a' }],
  ['a range', { _id: { $gt: id } }],
  ['a pattern', { _id: /a/ }],
  ['a pattern in $in', { _id: { $in: ['a', /b/] } }],
  ['$or', { $or: [{ _id: id }, { _id: other }] }],
])('finds none in %s', (_name, filter) => {
  expect(filterIds(filter, undefined)).toBeUndefined()
})

it('does not trust text ids under a collation, but object ids', () => {
  expect(filterIds({ _id: 'a' }, { locale: 'en', strength: 1 })).toBeUndefined()
  expect(filterIds({ _id: id }, { locale: 'en', strength: 1 })).toEqual([id])
})
