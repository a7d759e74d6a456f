import { losesHistory } from './gap.ts'
import { Pauses } from './pauses.ts'
import { type Beginning, type FollowOptions, Tenure } from './tenure.ts'

/** Follows a change stream whenever this process has the lead, and asks for the lead whenever it has not. */
export class StreamFollower {
  /** Resolves once the stream is open, another process has the lead, or the first attempt failed. */
  readonly settled: Promise<void>
  readonly #options: FollowOptions
  readonly #pauses: Pauses
  readonly #running: Promise<void>
  #closed = false
  #tenure: Tenure | undefined
  #troubled = false
  #settle: () => void = () => undefined

  constructor(options: FollowOptions) {
    const onError = (error: unknown): void => {
      if (!this.#troubled) options.onError(error)
      this.#troubled = true
    }
    this.#options = { ...options, onError }
    this.#pauses = new Pauses(options.clock)
    this.settled = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#running = this.#run()
  }

  /** Handles the events in hand and gives the lead to the next process. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true
    this.#pauses.end()
    this.#tenure?.end()
    await this.#running
  }

  async #run(): Promise<void> {
    let lostHistory = false
    while (!this.#closed) {
      let trouble: { readonly error: unknown } | undefined
      try {
        const led = await this.#tryToLead(lostHistory)
        lostHistory = false
        if (led) continue
      } catch (error) {
        const lostBefore = lostHistory
        lostHistory = losesHistory(error)
        if (lostHistory && !lostBefore) continue
        trouble = { error }
      }
      this.#settle()
      await this.#pauses.pause(this.#options.everyMs)
      // A connection that is being closed ends the stream before it says so.
      if (trouble !== undefined && !this.#closed) this.#options.onError(trouble.error)
    }
    this.#settle()
  }

  /** @returns whether this process had the lead, until now. */
  async #tryToLead(lostHistory: boolean): Promise<boolean> {
    const turn = await this.#options.leadership.take()
    if (!turn.leads) return false
    if (this.#closed) {
      await this.#options.leadership.giveUp(undefined)
      return false
    }
    const { position } = turn
    let beginning: Beginning = { gap: 'no-position' }
    if (lostHistory) beginning = { gap: 'history-lost' }
    else if (position !== undefined) beginning = { position }
    this.#tenure = new Tenure(this.#options, beginning)
    await this.#tenure.follow(() => {
      this.#troubled = false
      this.#settle()
    })
    return true
  }
}
