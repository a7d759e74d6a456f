import { Audience } from './flight.ts'

/** Loads for the audience that it is given. */
type Load<Result> = (audience: Audience) => Promise<Result>

/** A load that has not begun. */
interface Waiting<Result> {
  readonly result: Promise<Result>
  readonly audience: Audience
  readonly start: () => void
}

/** The loads of one key: one runs, and at most one waits for it to end. */
interface Queue<Result> {
  waiting: Waiting<Result> | undefined
}

/**
 * Loads without a lease: Redis cannot be asked, or must not be written. An invalidation by another process cannot be seen
 * here, so a caller joins only a load that begins after its call: per key at most one runs and one waits. One whose callers
 * have all left is aborted, or never begins.
 */
export class SourceFlights<Result> {
  readonly #queues = new Map<string, Queue<Result>>()

  /** The result of a load that begins after this call, for as long as the caller's own signal allows. */
  async load(key: string, load: Load<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted()
    const queue = this.#queues.get(key)
    if (queue === undefined) {
      const created: Queue<Result> = { waiting: undefined }
      this.#queues.set(key, created)
      const audience = new Audience()
      return audience.attend(
        this.#run(key, created, () => load(audience)),
        signal,
      )
    }
    if (queue.waiting === undefined || queue.waiting.audience.hasLeft)
      queue.waiting = this.#wait(key, queue, load)
    const { audience, result } = queue.waiting
    return audience.attend(result, signal)
  }

  async #run(key: string, queue: Queue<Result>, load: () => Promise<Result>): Promise<Result> {
    try {
      return await load()
    } finally {
      const next = queue.waiting
      queue.waiting = undefined
      if (next === undefined || next.audience.hasLeft) this.#queues.delete(key)
      else next.start()
    }
  }

  #wait(key: string, queue: Queue<Result>, load: Load<Result>): Waiting<Result> {
    const audience = new Audience()
    let start = (): void => undefined
    const result = new Promise<Result>((resolve, reject) => {
      start = () => {
        this.#run(key, queue, () => load(audience)).then(resolve, reject)
      }
    })
    return { result, audience, start }
  }
}
