import { describe, expect, it } from 'vitest'

import { sendGuarded } from '../../src/sending/guarded-write.ts'
import { changedOne, fakeSending, foundNone, serverError } from '../support/fake-sending.ts'

const plain = {}
const guarded = { filter: expect.objectContaining({ $and: expect.any(Array) }) }

describe('a guarded write', () => {
  it('is sent for what was read, and tells it', async () => {
    const { sending, sent } = fakeSending()
    const { answer, effects } = await sendGuarded(sending)
    expect(answer).toEqual({ status: 'fulfilled', value: changedOne })
    expect(sent).toEqual([guarded])
    expect(effects).toMatchObject([
      { before: new Map([['category', 'A']]), after: new Map([['category', 'B']]), exactness: 'exact' },
    ])
  })

  it('is read for and sent again when another writer was faster', async () => {
    const { sending, sent } = fakeSending({ answers: [foundNone, foundNone, changedOne] })
    expect((await sendGuarded(sending)).effects).toMatchObject([{ exactness: 'exact' }])
    expect(sent).toEqual([guarded, guarded, guarded])
  })

  it('is sent as it came in after three lost tries, and tells no values', async () => {
    const { sending, sent } = fakeSending({ answers: [foundNone, foundNone, foundNone, changedOne] })
    const { effects } = await sendGuarded(sending)
    expect(sent).toEqual([guarded, guarded, guarded, plain])
    expect(effects).toMatchObject([{ id: [1], exactness: 'none' }])
    expect(effects[0]).not.toHaveProperty('before')
  })

  it('is sent as it came in when it is refused with a guard, so that a guard never makes a write fail', async () => {
    const { sending, sent } = fakeSending({ answers: [serverError({ code: 2 }), changedOne] })
    const { answer, effects } = await sendGuarded(sending)
    expect(answer).toMatchObject({ status: 'fulfilled' })
    expect(sent).toEqual([guarded, plain])
    expect(effects).toMatchObject([{ exactness: 'none' }])
  })

  it('fails with what it is refused for without a guard', async () => {
    const duplicate = serverError({ code: 11000 })
    const { sending } = fakeSending({ answers: [serverError({ code: 11000 }), duplicate] })
    expect(await sendGuarded(sending)).toEqual({
      answer: { status: 'rejected', reason: duplicate },
      effects: [],
      isPending: false,
    })
  })

  it('is not sent again when nobody knows what became of it', async () => {
    const lost = serverError({ name: 'MongoNetworkError' })
    const { sending, sent } = fakeSending({ answers: [lost] })
    const { answer, effects } = await sendGuarded(sending)
    expect(answer).toEqual({ status: 'rejected', reason: lost })
    expect(sent).toEqual([guarded])
    expect(effects).toMatchObject([{ id: [1], exactness: 'none' }])
  })

  it.each([
    ['under a collation of the call', { options: { collation: { locale: 'en' } } }],
    ['under a collation of the collection', { collated: true }],
    ['that would insert', { options: { upsert: true } }],
    ['that the server does not acknowledge', { acknowledged: false }],
    ['that finds nothing', { documents: [] }],
  ])('is never one %s', async (_name, behaviour) => {
    const { sending, sent } = fakeSending(behaviour)
    expect((await sendGuarded(sending)).effects).toMatchObject([{ exactness: 'none' }])
    expect(sent).toEqual([plain])
  })
})
