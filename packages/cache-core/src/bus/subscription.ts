import type { Clock, Timer } from '../time/clock.ts'
import type { SubscriberClient } from './subscriber-client.ts'

/** What a {@link Subscription} is made of. */
export interface SubscriptionOptions {
  readonly clock: Clock
  readonly random: () => number
  /** Makes a client for one connection; `undefined` while that is not possible. */
  readonly createClient: () => SubscriberClient | undefined
  /** Subscribes on a connection that is ready. */
  readonly setUp: (client: SubscriberClient) => Promise<void>
  readonly onUp: () => void
  readonly onDown: () => void
  /** Told why it could not be set up. */
  readonly onError: (error: unknown) => void
}

/** Longest time in ms that connecting and subscribing may take. */
const setUpMs = 3000
const firstPauseMs = 50
const longestPauseMs = 2000

/** A connection for messages, made anew whenever it is lost: after 50 ms, doubling to 2 s, with jitter. */
export class Subscription {
  readonly #options: SubscriptionOptions
  #client: SubscriberClient | undefined
  #timer: Timer | undefined
  #failures = 0
  #isClosed = false

  constructor(options: SubscriptionOptions) {
    this.#options = options
  }

  open(): void {
    const client = this.#options.createClient()
    if (client === undefined) {
      this.#openLater()
      return
    }
    this.#client = client
    // ioredis prints errors that nobody listens to.
    client.on('error', () => undefined)
    client.on('close', () => this.#lose(client))
    this.#timer = this.#options.clock.setTimer(setUpMs, () => this.#lose(client))
    this.#setUp(client).then(
      () => {
        if (client !== this.#client) return
        this.#timer?.cancel()
        this.#options.onUp()
      },
      (error: unknown) => {
        this.#options.onError(error)
        this.#lose(client)
      },
    )
  }

  /** It works: when it is lost now, that counts as the first time. */
  confirm(): void {
    this.#failures = 0
  }

  /** Gives the connection up for another one. */
  renew(): void {
    if (this.#client !== undefined) this.#lose(this.#client)
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    const client = this.#client
    this.#client = undefined
    client?.disconnect()
  }

  async #setUp(client: SubscriberClient): Promise<void> {
    await client.connect()
    await this.#options.setUp(client)
  }

  #lose(client: SubscriberClient): void {
    if (client !== this.#client) return
    this.#client = undefined
    this.#timer?.cancel()
    client.disconnect()
    this.#options.onDown()
    this.#openLater()
  }

  #openLater(): void {
    if (this.#isClosed) return
    const { clock, random } = this.#options
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures)
    this.#failures += 1
    this.#timer = clock.setTimer(pauseMs * (0.5 + random() / 2), () => this.open())
  }
}
