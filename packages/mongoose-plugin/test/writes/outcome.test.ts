import { describe, expect, it } from 'vitest'

import { describeWrite, unknownOperation } from '../../src/writes/describe-write.ts'
import { outcomeOfError, outcomeOfResult } from '../../src/writes/outcome.ts'
import type { WriteMethod } from '../../src/writes/write-operation.ts'

function callOf(method: WriteMethod, ...args: unknown[]) {
  return describeWrite(method, args, { source: 'raw' })
}

function namedError(name: string, fields: object = {}): Error {
  return Object.assign(new Error(name), { name, ...fields })
}

const refused = namedError('MongoServerError', { code: 11000 })
const oneInsert = [{ insertOne: { document: {} } }]
const updateOne = callOf('updateOne', { _id: 1 }, { $set: { a: 1 } })

describe('outcomeOfError', () => {
  it('believes a plain server error of an operation on one document', () => {
    expect(outcomeOfError(updateOne, namedError('MongoServerError'))).toEqual({ kind: 'none' })
    expect(outcomeOfError(callOf('insertOne', { _id: 1 }), namedError('MongoServerError'))).toEqual({
      kind: 'none',
    })
  })

  it.each([
    ['a write concern error', updateOne, namedError('MongoWriteConcernError', { code: 64 })],
    ['a refused updateMany', callOf('updateMany', {}, { $set: { a: 1 } }), refused],
    ['a refused deleteMany', callOf('deleteMany', {}), refused],
    ['a refused insertMany', callOf('insertMany', [{}]), refused],
    ['a bulk error', callOf('bulkWrite', oneInsert), namedError('MongoBulkWriteError', { code: 11000 })],
    ['an argument that is never sent', updateOne, namedError('MongoInvalidArgumentError')],
  ])('does not trust %s, which is over', (_name, call, error) => {
    expect(outcomeOfError(call, error)).toEqual({ kind: 'unknown', isPending: false })
  })

  it.each([
    ['a lost connection', updateOne, namedError('MongoNetworkError')],
    ['a timeout', updateOne, namedError('MongoNetworkTimeoutError')],
    ['a retry for which there was no server', updateOne, namedError('MongoServerSelectionError')],
    [
      'a server that steps down',
      updateOne,
      namedError('MongoServerError', { code: 91, errorLabels: ['RetryableWriteError'] }),
    ],
    ['a bulk whose connection was lost', callOf('bulkWrite', oneInsert), namedError('MongoBulkWriteError')],
  ])('expects %s to take effect still', (_name, call, error) => {
    expect(outcomeOfError(call, error)).toEqual({ kind: 'unknown', isPending: true })
  })

  it.each([
    [
      'none, when the server does not know the command',
      { cause: namedError('MongoServerError', { code: 59 }) },
      { kind: 'none' },
    ],
    ['over, when the server stopped it', {}, { kind: 'unknown', isPending: false }],
    [
      'pending, when the connection was lost',
      { cause: namedError('MongoNetworkError') },
      { kind: 'unknown', isPending: true },
    ],
  ])("looks into the error of a client's bulk write: %s", (_name, fields, outcome) => {
    const call = { ...updateOne, method: 'clientBulkWrite', operations: [unknownOperation()] } as const
    expect(outcomeOfError(call, namedError('MongoClientBulkWriteError', fields))).toEqual(outcome)
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
    expect(outcomeOfResult(updateOne, { acknowledged: false })).toEqual({ kind: 'unknown', isPending: true })
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
