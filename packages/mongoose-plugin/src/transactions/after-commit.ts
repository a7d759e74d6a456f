import { CommitQueue } from './commit-queue.ts'
import { isSession } from './session.ts'

/**
 * Runs `fn` after the transaction of `session` has committed, before the commit's promise resolves; not at all when it
 * is aborted or its outcome stays unknown. Outside a transaction it runs at once, and its error rejects the promise. An
 * error of `fn` after a commit is a process warning, since the transaction cannot be undone.
 */
export async function afterCommit(
  session: object | null | undefined,
  fn: () => void | Promise<void>,
): Promise<void> {
  if (!isSession(session) || !session.inTransaction()) {
    await fn()
    return
  }
  const run = async () => {
    try {
      await fn()
    } catch (error) {
      const kind = error instanceof Error ? error.name : typeof error
      process.emitWarning(`a function given to afterCommit failed (${kind})`, 'CacheWarning')
    }
  }
  CommitQueue.of(session).addCallback(run)
}
