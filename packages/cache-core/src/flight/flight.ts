import { LazyController } from './lazy-controller.ts'
import { CacheTimeoutError } from '../errors.ts'
import type { Lease } from '../store/entry-store.ts'

/** What callers that joined a load get: the value, or the advice to start over because it was overtaken. */
export type JoinOutcome =
  | { readonly kind: 'value'; readonly value: () => unknown }
  | { readonly kind: 'retry' }

/** A load of this process that holds a lease. */
export interface Flight {
  readonly lease: Lease
  /** Tags known before the load. */
  readonly tags: readonly string[]
  /** The loader's value, as soon as it is there: for the caller whose load this is. */
  readonly loaded: Promise<unknown>
  /** What joiners get, once the store has said whether the load was overtaken. */
  readonly settled: Promise<JoinOutcome>
  readonly audience: Audience
}

/** Counts the callers that wait for a load, and aborts it when the last one leaves. */
export class Audience {
  /** Aborts the load. */
  readonly controller: LazyController = new LazyController()
  #waiting = 0
  #outlastsTimeouts = false
  #hasLeft = false

  /** Whether the load was aborted because everybody who waited for it has left. */
  get hasLeft(): boolean {
    return this.#hasLeft
  }

  /** Has the load go on when its callers' `hardTimeout` is over, since its own will end it. */
  outlastTimeouts(): void {
    this.#outlastsTimeouts = true
  }

  /** Waits for `promise`, but no longer than the caller's own signal allows. */
  async attend<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    if (signal === undefined) {
      this.#waiting += 1
      return promise
    }
    if (signal.aborted) this.#noteAbsence(signal.reason)
    signal.throwIfAborted()
    this.#waiting += 1
    const aborted = Promise.withResolvers<never>()
    const onAbort = (): void => {
      this.#waiting -= 1
      this.#noteAbsence(signal.reason)
      aborted.reject(signal.reason as Error)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #noteAbsence(reason: unknown): void {
    if (this.#waiting > 0) return
    // Not that of a loader around the caller, whose signal was passed on to it.
    const isOver = reason instanceof CacheTimeoutError && reason.phase === 'wait'
    if (this.#outlastsTimeouts && isOver) return
    this.#hasLeft = true
    this.controller.abort(reason)
  }
}
