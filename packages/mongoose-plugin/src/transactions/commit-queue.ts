import { CommitBarrierError } from '../errors.ts'
import { Invalidation } from '../invalidation/invalidation.ts'
import { hasLabel, mayStillCommit, type SessionLike } from './session.ts'

const queueOfSession = Symbol.for('@vidnest/mongoose-plugin/commit-queue')

interface QueueOwner {
  [queueOfSession]?: CommitQueue
}

/**
 * What waits for the commit of one session's transaction. The session object is wrapped, because `withTransaction` and
 * Mongoose's `connection.transaction` both commit through it and wait for it, and the driver has no event for it.
 */
export class CommitQueue {
  #invalidations: Invalidation[] = []
  #callbacks: (() => Promise<void>)[] = []

  private constructor() {}

  /** The queue of the session, which is wrapped the first time. */
  static of(session: SessionLike): CommitQueue {
    const owner = session as QueueOwner
    let queue = owner[queueOfSession]
    if (queue === undefined) {
      queue = new CommitQueue()
      Object.defineProperty(session, queueOfSession, { value: queue })
      queue.#wrap(session)
    }
    return queue
  }

  /** Runs after the commit, and when nobody knows whether it took effect; again when it is then retried. */
  addInvalidation(invalidation: Invalidation): void {
    this.#invalidations.push(invalidation)
  }

  /** Runs after the commit and after every invalidation, once. Must not reject. */
  addCallback(callback: () => Promise<void>): void {
    this.#callbacks.push(callback)
  }

  #drop(): void {
    this.#invalidations = []
    this.#callbacks = []
  }

  #wrap(session: SessionLike): void {
    const startTransaction = session.startTransaction.bind(session)
    const commitTransaction = session.commitTransaction.bind(session)
    const abortTransaction = session.abortTransaction.bind(session)
    override(session, 'startTransaction', (...args: never[]) => {
      const started = startTransaction(...args)
      this.#drop()
      return started
    })
    override(session, 'abortTransaction', async (...args: never[]) => {
      const aborted = await abortTransaction(...args)
      this.#drop()
      return aborted
    })
    override(session, 'commitTransaction', async (...args: never[]) => {
      let sent = false
      let committed: unknown
      try {
        committed = await Invalidation.merge(this.#invalidations).guard(async (hold) => {
          sent = true
          return commitTransaction(...args).catch(async (error: unknown) => {
            if (mayStillCommit(error) && !hasLabel(error, 'TransientTransactionError')) await hold()
            throw error
          })
        })
      } catch (error) {
        if (!sent) throw new CommitBarrierError(error)
        await this.#afterFailedCommit(error)
        throw error
      }
      await this.#afterCommit()
      return committed
    })
  }

  async #afterCommit(): Promise<void> {
    const invalidations = this.#invalidations
    const callbacks = this.#callbacks
    this.#drop()
    try {
      await Invalidation.merge(invalidations).run()
    } finally {
      for (const callback of callbacks) await callback()
    }
  }

  /** The driver commits again after an unknown outcome, and only that commit may take effect: what waits is kept. */
  async #afterFailedCommit(error: unknown): Promise<void> {
    if (hasLabel(error, 'TransientTransactionError')) {
      this.#drop()
      return
    }
    await Invalidation.merge(this.#invalidations)
      .run({ isPending: mayStillCommit(error) })
      .catch(() => {})
  }
}

function override(session: SessionLike, name: keyof SessionLike, value: unknown): void {
  Object.defineProperty(session, name, { value, writable: true, configurable: true, enumerable: false })
}
