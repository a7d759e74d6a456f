import { describe, expect, it } from 'vitest'

import { describeWrite } from '../../src/writes/describe-write.ts'
import { outcomeOfError, outcomeOfResult } from '../../src/writes/outcome.ts'
import type { WriteMethod } from '../../src/writes/write-operation.ts'

function callOf(method: WriteMethod, ...args: unknown[]) {
  return describeWrite(method, args, { source: 'raw' })
}

function namedError(name: string, fields: object = {}): Error {
  return Object.assign(new Error(name), { name, ...fields })
}

const updateOne = callOf('updateOne', { _id: 1 }, { $set: { a: 1 } })

describe('outcomeOfError', () => {
  it('believes a plain server error of an operation on one document', () => {
    expect(outcomeOfError(updateOne, namedError('MongoServerError'))).toEqual({ kind: 'none' })
    expect(outcomeOfError(callOf('insertOne', { _id: 1 }), namedError('MongoServerError'))).toEqual({
      kind: 'none',
    })
  })

  it.each([
    ['a write concern error', updateOne, namedError('MongoWriteConcernError')],
    ['a lost connection', updateOne, namedError('MongoNetworkError')],
    ['a timeout', updateOne, namedError('MongoNetworkTimeoutError')],
    [
      'a server that steps down',
      updateOne,
      namedError('MongoServerError', { errorLabels: ['RetryableWriteError'] }),
    ],
    ['a refused updateMany', callOf('updateMany', {}, { $set: { a: 1 } }), namedError('MongoServerError')],
    ['a refused deleteMany', callOf('deleteMany', {}), namedError('MongoServerError')],
    [
      'a bulk error',
      callOf('bulkWrite', [{ insertOne: { document: {} } }]),
      namedError('MongoBulkWriteError'),
    ],
    ['a refused insertMany', callOf('insertMany', [{}]), namedError('MongoServerError')],
  ])('does not trust %s', (_name, call, error) => {
    expect(outcomeOfError(call, error)).toEqual({ kind: 'unknown' })
  })
})

describe('outcomeOfResult', () => {
  it.each([
    [
      'an update that matched but changed nothing',
      updateOne,
      { acknowledged: true, matchedCount: 1, modifiedCount: 0 },
    ],
    ['a delete of nothing', callOf('deleteOne', { _id: 1 }), { acknowledged: true, deletedCount: 0 }],
    [
      'findOneAndDelete of nothing',
      callOf('findOneAndDelete', { _id: 1 }),
      { lastErrorObject: { n: 0 }, value: null },
    ],
    [
      'an empty bulk',
      callOf('bulkWrite', []),
      { insertedCount: 0, modifiedCount: 0, deletedCount: 0, upsertedIds: {} },
    ],
    ['a drop of nothing', callOf('drop'), false],
  ])('is nothing for %s', (_name, call, result) => {
    expect(outcomeOfResult(call, result)).toEqual({ kind: 'none' })
  })

  it('is unknown when the write was not acknowledged', () => {
    expect(outcomeOfResult(updateOne, { acknowledged: false })).toEqual({ kind: 'unknown' })
  })

  it('finds the id of an upsert', () => {
    const result = {
      acknowledged: true,
      matchedCount: 0,
      modifiedCount: 0,
      upsertedCount: 1,
      upsertedId: 'x',
    }
    expect(outcomeOfResult(updateOne, result)).toMatchObject({ counts: { upserted: new Map([[0, 'x']]) } })
  })

  it('finds the id of a findOneAndUpdate that inserted', () => {
    const call = callOf('findOneAndUpdate', { a: 1 }, { $set: { a: 2 } }, { upsert: true })
    const result = { lastErrorObject: { n: 1, updatedExisting: false, upserted: 'x' }, value: null }
    expect(outcomeOfResult(call, result)).toMatchObject({ counts: { upserted: new Map([[0, 'x']]) } })
  })

  it('gives the ids of each upsert of a bulk by its place', () => {
    const call = callOf('bulkWrite', [
      { updateOne: { filter: {}, update: { $set: { a: 1 } }, upsert: true } },
    ])
    const result = { matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedIds: { 0: 'x' } }
    expect(outcomeOfResult(call, result)).toMatchObject({ counts: { upserted: new Map([[0, 'x']]) } })
  })
})
