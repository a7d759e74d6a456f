import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'

import { joinDocuments, rawDocumentsCodec, splitDocuments } from '../../src/queries/raw-documents.ts'

const { deserialize, serialize } = mongoose.mongo.BSON
const documents = [{ a: 1 }, {}, { b: 'text' }]
const joined = joinDocuments(documents.map((document) => serialize(document)))

describe('raw documents', () => {
  it.each([[documents], [[]]])('come back as they were: %j', (list) => {
    const bytes = joinDocuments(list.map((document) => serialize(document)))
    expect(splitDocuments(bytes).map((part) => deserialize(part))).toEqual(list)
  })

  it('are copied', () => {
    const reply = serialize({ a: 1 })
    const bytes = joinDocuments([reply])
    reply.fill(0)
    expect(splitDocuments(bytes).map((part) => deserialize(part))).toEqual([{ a: 1 }])
  })

  it.each([
    ['cut off', joined.subarray(0, -1)],
    ['of another layout', joined.map((byte, index) => (index === 0 ? 2 : byte))],
    ['not there', new Uint8Array()],
    ['of no length', Uint8Array.of(1, 0, 0, 0, 0, 0)],
  ])('are refused when they are %s, so that the entry is a miss', (_name, bytes) => {
    expect(() => rawDocumentsCodec.decode(bytes)).toThrow(/cut off|another layout/)
  })
})
