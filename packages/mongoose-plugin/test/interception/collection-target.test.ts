import { afterEach, describe, expect, it, vi } from 'vitest'

import { CollectionTarget } from '../../src/interception/collection-target.ts'
import type { MongooseCollection } from '../../src/interception/mongoose-like.ts'
import { describeWrite } from '../../src/writes/describe-write.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

function targetOf(native: object, conn: object = {}): CollectionTarget {
  return new CollectionTarget({
    collectionName: 'videos',
    conn,
    _getCollection: () => native,
  } as unknown as MongooseCollection)
}

describe('whether a collection compares by a collation', () => {
  it('is asked once', async () => {
    const options = vi.fn().mockResolvedValue({ collation: { locale: 'en' } })
    const target = targetOf({ options })
    expect([await target.isCollated(), await target.isCollated()]).toEqual([true, true])
    expect(options).toHaveBeenCalledOnce()
  })

  it('is asked again after it was dropped or renamed', async () => {
    const options = vi
      .fn()
      .mockResolvedValueOnce({})
      .mockResolvedValueOnce({ collation: { locale: 'en' } })
    const target = targetOf({ options })
    expect(await target.isCollated()).toBe(false)
    target.forgetOptions()
    expect(await target.isCollated()).toBe(true)
  })

  it('is assumed as long as nobody answers', async () => {
    const target = targetOf({
      options: vi.fn().mockRejectedValueOnce(new Error('no')).mockResolvedValueOnce({}),
    })
    expect([await target.isCollated(), await target.isCollated()]).toEqual([true, false])
  })
})

describe('whether a write is acknowledged', () => {
  const write = (options?: object) => describeWrite('updateOne', [{}, {}, options], { source: 'raw' })

  it('is said by the call', () => {
    const target = targetOf({ writeConcern: { w: 0 } })
    expect(target.acknowledges(write({ writeConcern: { w: 1 } }))).toBe(true)
    expect(target.acknowledges(write({ w: 1 }))).toBe(true)
    expect(targetOf({}).acknowledges(write({ writeConcern: { w: 0 } }))).toBe(false)
  })

  it('is said by the collection otherwise, and is so by default', () => {
    expect(targetOf({ writeConcern: { w: 0 } }).acknowledges(write())).toBe(false)
    expect(targetOf({}).acknowledges(write())).toBe(true)
  })
})

it('a server without transactions is warned of once, and asked for none any more', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const session = { inTransaction: () => false, commitTransaction: () => {} }
  const target = targetOf({}, { startSession: () => Promise.resolve(session) })
  expect(await target.startSession()).toBe(session)
  target.forgoTransactions()
  target.forgoTransactions()
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    "images: 'transaction' needs a replica set; writes are guarded instead",
    'CacheWarning',
  )
  expect(await target.startSession()).toBeUndefined()
})
