import { AsyncLocalStorage } from 'node:async_hooks'

/** A write-through that is under way in this asynchronous context. */
interface Scope {
  readonly key: string
  readonly outer: Scope | undefined
  readonly onLeft: () => void
}

/**
 * Knows which entries are being written through in the present asynchronous context. What the write itself invalidates
 * for such an entry (as the Mongoose plugin does) would only void the write's own fill, whose compare-and-set protects
 * the entry already.
 */
export class WriteContext {
  readonly #storage = new AsyncLocalStorage<Scope>()

  /** Runs `write` as the write of `key`; `onLeft` is told of each invalidation of that entry which is left to it. */
  run<Result>(key: string, write: () => Result | Promise<Result>, onLeft: () => void): Promise<Result> {
    return this.#storage.run({ key, outer: this.#storage.getStore(), onLeft }, async () => write())
  }

  /** Whether an invalidation of `key` is left to a write-through around it, which is told. */
  leaves(key: string): boolean {
    for (let scope = this.#storage.getStore(); scope !== undefined; scope = scope.outer) {
      if (scope.key !== key) continue
      scope.onLeft()
      return true
    }
    return false
  }
}
