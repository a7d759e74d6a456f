import { describe, expect, it } from 'vitest'

import { sendWrite } from '../../src/sending/send-write.ts'
import { type Behaviour, changedOne, fakeSending, foundNone, serverError } from '../support/fake-sending.ts'

const inTransaction = { options: { session: expect.any(Object) } }
const guarded = { filter: expect.any(Object) }
const conflict = () => serverError({ code: 112, label: 'TransientTransactionError' })

function isolated(behaviour: Behaviour) {
  return fakeSending({ images: 'transaction', ...behaviour })
}

describe("a write in the plugin's own transaction", () => {
  it('is read for, sent and committed in it', async () => {
    const { sending, sent, log } = isolated({ options: { writeConcern: { w: 2 } } })
    const { effects } = await sendWrite(sending)
    expect(effects).toMatchObject([{ before: new Map([['category', 'A']]), exactness: 'exact' }])
    expect(sent).toEqual([inTransaction])
    expect(log).toEqual([expect.stringContaining('"writeConcern":{"w":2}'), 'commit', 'end'])
  })

  it('is begun again after a conflict, and guarded after the third', async () => {
    const { sending, sent, log } = isolated({ answers: [conflict(), conflict(), conflict(), changedOne] })
    expect((await sendWrite(sending)).effects).toMatchObject([{ exactness: 'exact' }])
    expect(sent).toEqual([inTransaction, inTransaction, inTransaction, guarded])
    expect(log.filter((entry) => entry === 'abort' || entry === 'end')).toEqual([
      'abort',
      'end',
      'abort',
      'end',
      'abort',
      'end',
    ])
  })

  it('is begun again when its commit conflicts', async () => {
    const { sending, sent } = isolated({ commitErrors: [conflict()] })
    expect((await sendWrite(sending)).effects).toMatchObject([{ exactness: 'exact' }])
    expect(sent).toEqual([inTransaction, inTransaction])
  })

  it('is not sent again when nobody knows whether it was committed', async () => {
    const unknown = serverError({ label: 'UnknownTransactionCommitResult' })
    const { sending, sent } = isolated({ commitErrors: [unknown] })
    const { answer, effects } = await sendWrite(sending)
    expect(answer).toEqual({ status: 'rejected', reason: unknown })
    expect(effects).toMatchObject([{ id: [1], exactness: 'none' }])
    expect(sent).toEqual([inTransaction])
  })

  it('is refused outside, as it would be without the plugin', async () => {
    const outside = serverError({ code: 11000 })
    const { sending, sent, log } = isolated({ answers: [serverError({ code: 11000 }), outside, outside] })
    expect(await sendWrite(sending)).toEqual({
      answer: { status: 'rejected', reason: outside },
      effects: [],
      isPending: false,
    })
    expect(sent).toEqual([inTransaction, guarded, {}])
    expect(log).toEqual([expect.any(String), 'abort', 'end'])
  })

  it('is guarded, and noted, where the server has no transactions', async () => {
    const { sending, sent, log } = isolated({ answers: [serverError({ code: 20 }), changedOne] })
    expect((await sendWrite(sending)).effects).toMatchObject([{ exactness: 'exact' }])
    expect(sent).toEqual([inTransaction, guarded])
    expect(log).toContain('forgo')
  })

  it.each([
    ['once that is noted', { transactions: false }],
    [
      'in a session of the caller',
      { options: { session: { inTransaction: () => false, commitTransaction() {} } } },
    ],
  ])('is guarded %s', async (_name, behaviour) => {
    const { sending, sent, log } = isolated(behaviour)
    expect((await sendWrite(sending)).effects).toMatchObject([{ exactness: 'exact' }])
    expect(sent).toEqual([guarded])
    expect(log).toEqual([])
  })

  it('is none where the server does not acknowledge it', async () => {
    const { sending, sent } = isolated({ acknowledged: false, answers: [{ acknowledged: false }] })
    expect((await sendWrite(sending)).effects).toMatchObject([{ exactness: 'none' }])
    expect(sent).toEqual([{}])
  })

  it('changes nothing when nothing is found', async () => {
    const { sending } = isolated({ documents: [], answers: [foundNone] })
    expect((await sendWrite(sending)).effects).toEqual([])
  })
})
