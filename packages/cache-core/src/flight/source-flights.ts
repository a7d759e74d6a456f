/** The loads of one key: one runs, and at most one waits for it to end. */
interface Queue<Result> {
  waiting: { readonly result: Promise<Result>; readonly start: () => void } | undefined
}

/**
 * Loads without a lease: Redis cannot be asked, or must not be written. An invalidation by another process cannot be seen
 * here, so a caller joins only a load that begins after its call: per key at most one runs and one waits.
 */
export class SourceFlights<Result> {
  readonly #queues = new Map<string, Queue<Result>>()

  /** The result of a load that begins after this call. */
  load(key: string, load: () => Promise<Result>): Promise<Result> {
    const queue = this.#queues.get(key)
    if (queue === undefined) {
      const created: Queue<Result> = { waiting: undefined }
      this.#queues.set(key, created)
      return this.#run(key, created, load)
    }
    queue.waiting ??= this.#wait(key, queue, load)
    return queue.waiting.result
  }

  async #run(key: string, queue: Queue<Result>, load: () => Promise<Result>): Promise<Result> {
    try {
      return await load()
    } finally {
      const next = queue.waiting
      queue.waiting = undefined
      if (next === undefined) this.#queues.delete(key)
      else next.start()
    }
  }

  #wait(
    key: string,
    queue: Queue<Result>,
    load: () => Promise<Result>,
  ): NonNullable<Queue<Result>['waiting']> {
    let start = (): void => undefined
    const result = new Promise<Result>((resolve, reject) => {
      start = () => {
        this.#run(key, queue, load).then(resolve, reject)
      }
    })
    return { result, start }
  }
}
