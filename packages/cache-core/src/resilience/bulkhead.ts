import { AsyncLocalStorage } from 'node:async_hooks'

/** Loaders that run at once while Redis does not answer, unless the user says otherwise. */
const usualLimit = 100

/** What a {@link Bulkhead} is made of. */
export interface BulkheadOptions {
  /** Most that run at once; `undefined` for no limit while Redis answers, and 100 while it does not. */
  readonly limit: number | undefined
  /** Whether Redis answers. */
  readonly answers: () => boolean
}

interface Waiting {
  readonly start: () => void
}

/** A loader that is running, for what it does in turn. */
interface Running {
  active: boolean
}

/**
 * Limits how many loaders run at once, so that an outage of Redis does not become one of the database. Those that find no
 * place wait in line. A loader that is called by another one never waits: the outer one holds its place until the inner one
 * is done, so a line of outer ones would wait for ever.
 *
 * Loaders that begin while there is no limit take no place and cost nothing; so when Redis fails, those that are under way
 * come on top of the hundred.
 */
export class Bulkhead {
  readonly #options: BulkheadOptions
  readonly #line = new Set<Waiting>()
  #running = 0

  constructor(options: BulkheadOptions) {
    this.#options = options
  }

  /** How many have a place, and how many wait for one. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running, waiting: this.#line.size }
  }

  /**
   * Runs the loader as soon as there is a place for it.
   * @throws what the loader throws; the reason of the signal by which it leaves the line, when that is aborted before the
   * loader began.
   */
  async run<Result>(
    loader: () => Result | Promise<Result>,
    leave?: { readonly signal: AbortSignal },
  ): Promise<Result> {
    if (this.#limit() === Infinity) {
      this.admit()
      return loader()
    }
    if (insideLoader().getStore()?.active === true) return loader()
    const signal = leave?.signal
    signal?.throwIfAborted()
    // Nobody overtakes those in line.
    if (this.#running >= this.#limit() || this.#line.size > 0) await this.#wait(signal)
    else this.#running += 1
    const running: Running = { active: true }
    try {
      return await insideLoader().run(running, async () => loader())
    } finally {
      running.active = false
      this.#running -= 1
      this.admit()
    }
  }

  /** Lets in whoever has a place now; to be called when Redis answers again. */
  admit(): void {
    for (const waiting of this.#line) {
      if (this.#running >= this.#limit()) return
      this.#line.delete(waiting)
      this.#running += 1
      waiting.start()
    }
  }

  #limit(): number {
    return this.#options.limit ?? (this.#options.answers() ? Infinity : usualLimit)
  }

  /** Resolves with a place taken. */
  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#line.delete(waiting)
        reject(signal?.reason as Error)
      }
      const waiting: Waiting = {
        start: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      this.#line.add(waiting)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }
}

let storage: AsyncLocalStorage<Running> | undefined

/**
 * Knows whether the present call was made by a loader, of whichever cache: loaders of two caches that call each other would
 * else wait for each other's places. So there is one for all, made at its first use.
 */
function insideLoader(): AsyncLocalStorage<Running> {
  storage ??= new AsyncLocalStorage()
  return storage
}
