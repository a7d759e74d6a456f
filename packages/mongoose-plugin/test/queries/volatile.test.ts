import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'

import { isVolatile } from '../../src/queries/volatile.ts'

describe('isVolatile', () => {
  it.each([
    [[{ $sample: { size: 1 } }]],
    [{ a: { $rand: {} } }],
    [{ $expr: { $lt: ['$a', '$$NOW'] } }],
    [{ $expr: { $lt: ['$a', '$$CLUSTER_TIME'] } }],
    [{ a: [{ b: () => true }] }],
    [new Map([['a', '$$NOW']])],
  ])('is so of %j', (value) => {
    expect(isVolatile(value)).toBe(true)
  })

  it.each([
    [undefined],
    [{ a: '$$NOWHERE', b: [1, null, /a/, new Date(0), Buffer.from('a')] }],
    [{ _id: new mongoose.Types.ObjectId() }],
    [[{ $match: { a: 1 } }, { $sort: { a: 1 } }]],
  ])('is not so of %j', (value) => {
    expect(isVolatile(value)).toBe(false)
  })
})
