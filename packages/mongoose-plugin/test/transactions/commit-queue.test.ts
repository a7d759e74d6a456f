import { describe, expect, it } from 'vitest'

import { Invalidation } from '../../src/invalidation/invalidation.ts'
import { Registration } from '../../src/registration.ts'
import { afterCommit } from '../../src/transactions/after-commit.ts'
import { CommitQueue } from '../../src/transactions/commit-queue.ts'

class FakeSession {
  active = false
  commitErrors: unknown[] = []
  inTransaction(): boolean {
    return this.active
  }
  startTransaction(): void {
    this.active = true
  }
  async commitTransaction(): Promise<void> {
    const error = this.commitErrors.shift()
    if (error !== undefined) throw error
    this.active = false
  }
  async abortTransaction(): Promise<void> {
    this.active = false
  }
}

function labelled(label: string): Error {
  return Object.assign(new Error(label), { hasErrorLabel: (asked: string) => asked === label })
}

function setUp() {
  const invalidated: unknown[] = []
  const holds: unknown[] = []
  const cache = {
    invalidate: async (targets: unknown, { hold }: { hold?: string }) => {
      invalidated.push(targets)
      holds.push(hold)
    },
  }
  const registration = new Registration({ cache: cache as never, invalidate: () => [] }, {})
  const session = new FakeSession()
  session.startTransaction()
  const queue = CommitQueue.of(session)
  const invalidationOf = (key: string) => new Invalidation([{ registration, targets: [{ key }] }], undefined)
  return { session, queue, invalidated, holds, invalidationOf }
}

describe('a session in a transaction', () => {
  it('invalidates everything as one once the commit succeeded, and only then', async () => {
    const { session, queue, invalidated, invalidationOf } = setUp()
    queue.addInvalidation(invalidationOf('a'))
    queue.addInvalidation(invalidationOf('b'))
    queue.addInvalidation(invalidationOf('a'))
    expect(invalidated).toEqual([])
    await session.commitTransaction()
    expect(invalidated).toEqual([[{ key: 'a' }, { key: 'b' }]])
    session.startTransaction()
    await session.commitTransaction()
    expect(invalidated).toHaveLength(1)
  })

  it('drops what waits when it aborts', async () => {
    const { session, queue, invalidated, invalidationOf } = setUp()
    queue.addInvalidation(invalidationOf('a'))
    await session.abortTransaction()
    session.startTransaction()
    await session.commitTransaction()
    expect(invalidated).toEqual([])
  })

  it('drops what waits when the commit fails as transient, because nothing was applied', async () => {
    const { session, queue, invalidated, invalidationOf } = setUp()
    queue.addInvalidation(invalidationOf('a'))
    session.commitErrors = [labelled('TransientTransactionError')]
    await expect(session.commitTransaction()).rejects.toThrow('TransientTransactionError')
    await session.commitTransaction()
    expect(invalidated).toEqual([])
  })

  it('holds back after an unknown outcome, and invalidates again when the commit is retried', async () => {
    const { session, queue, invalidated, holds, invalidationOf } = setUp()
    queue.addInvalidation(invalidationOf('a'))
    session.commitErrors = [labelled('UnknownTransactionCommitResult')]
    await expect(session.commitTransaction()).rejects.toThrow('UnknownTransactionCommitResult')
    expect(invalidated).toHaveLength(1)
    await session.commitTransaction()
    expect(invalidated).toHaveLength(2)
    expect(holds).toEqual(['60s', undefined])
  })

  it('holds nothing back after an error that the server answered with', async () => {
    const { session, queue, holds, invalidationOf } = setUp()
    queue.addInvalidation(invalidationOf('a'))
    session.commitErrors = [Object.assign(labelled('none'), { code: 64 })]
    await expect(session.commitTransaction()).rejects.toThrow('none')
    expect(holds).toEqual([undefined])
  })
})

describe('afterCommit', () => {
  it('runs once after the commit, behind the invalidations, not after an unknown outcome', async () => {
    const { session, queue, invalidated, invalidationOf } = setUp()
    const seen: number[] = []
    await afterCommit(session, () => void seen.push(invalidated.length))
    queue.addInvalidation(invalidationOf('a'))
    session.commitErrors = [labelled('UnknownTransactionCommitResult')]
    await expect(session.commitTransaction()).rejects.toThrow('UnknownTransactionCommitResult')
    expect(seen).toEqual([])
    await session.commitTransaction()
    expect(seen).toEqual([2])
  })

  it('runs at once outside a transaction, and hands its error on', async () => {
    const { session } = setUp()
    await session.abortTransaction()
    const failing = () => Promise.reject(new Error('mine'))
    await expect(afterCommit(session, failing)).rejects.toThrow('mine')
    await expect(afterCommit(null, failing)).rejects.toThrow('mine')
  })

  it('does not run after an abort', async () => {
    const { session } = setUp()
    const seen: string[] = []
    await afterCommit(session, () => void seen.push('ran'))
    await session.abortTransaction()
    expect(seen).toEqual([])
  })
})
