import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'

import { idText } from '../../src/queries/id-text.ts'

const { Decimal128, Double, Int32, Long, Binary, ObjectId, UUID } = mongoose.mongo.BSON
const uuid = new UUID()

describe('idText', () => {
  it.each([
    [
      'numbers of any type',
      [1, 1n, new Int32(1), new Double(1), Long.fromNumber(1), Decimal128.fromString('1.0')],
    ],
    ['zeros', [0, -0, new Double(-0)]],
    ['bytes', [Buffer.from('ab'), new Uint8Array([97, 98]), new Binary(Buffer.from('ab'))]],
    ['a UUID and its bytes', [uuid, new Binary(uuid.buffer, 4)]],
    ['ids of one text', [new ObjectId('6b05d56f4cd11c33c552cd9e'), new ObjectId('6b05d56f4cd11c33c552cd9e')]],
    ['embedded documents, whatever they hold', [{ a: 1 }, new Map([['a', 1]])]],
  ])('is the same for equal ids: %s', (_name, ids) => {
    expect(new Set(ids.map(idText)).size).toBe(1)
  })

  it('is another for ids that differ', () => {
    const text = '6b05d56f4cd11c33c552cd9e'
    const ids = [1, '1', true, null, new Date(1), Buffer.from([1]), text, new ObjectId(text), {}, 2n ** 40n]
    expect(new Set(ids.map(idText)).size).toBe(ids.length)
  })
})
