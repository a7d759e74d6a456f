import mongoose from 'mongoose'
import { expect, it } from 'vitest'

import { parseToken, tokenText } from '../../src/stream/resume-token.ts'

it('keeps a token, with and without the bits that tell types of numbers apart', () => {
  expect(parseToken(tokenText({ _data: '82AB' }) ?? '')).toEqual({ _data: '82AB' })
  const bits = Buffer.from([130, 0, 7])
  for (const typed of [bits, new mongoose.mongo.Binary(bits)]) {
    expect(parseToken(tokenText({ _data: '82AB', _typeBits: typed }) ?? '')).toEqual({
      _data: '82AB',
      _typeBits: bits,
    })
  }
})

it('does not keep what it cannot give back', () => {
  for (const token of [undefined, null, 'text', {}, { _data: 1 }, { _data: '82', other: 1 }]) {
    expect(tokenText(token)).toBeUndefined()
  }
  expect(tokenText({ _data: '82', _typeBits: 5 })).toBeUndefined()
})

it('takes no text that it did not write', () => {
  for (const text of ['', '{', 'null', '{}', '{"data":5}']) expect(parseToken(text)).toBeUndefined()
})
