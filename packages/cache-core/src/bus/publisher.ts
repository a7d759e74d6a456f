import { createToken } from '../envelope/token.ts'
import type { Announcer, Change } from '../memory/change.ts'
import type { EventBus } from '../observability/events.ts'
import type { RedisGate } from '../redis/redis-gate.ts'
import { isClusterClient, type RedisLike } from '../redis/redis-like.ts'
import { encodeMessage, type BusMessage } from './message.ts'

/** What a {@link Publisher} is made of. */
export interface PublisherOptions {
  readonly gate: RedisGate
  readonly channel: string
  readonly events: EventBus
  /** Told of each change, since from the first one on there have to be heartbeats. */
  readonly onAnnounce: () => void
}

const refusal = 'PUBLISH is refused, so near tiers of other processes do not hear of the changes of this one'

/**
 * Tells the other caches of the namespace what this one changes. Messages are numbered, and heartbeats repeat the last
 * number, so whoever missed one notices. A message that cannot be sent is not sent again: its number is missing.
 */
export class Publisher implements Announcer {
  /** Random name of this cache. */
  readonly id: string = createToken()
  readonly #options: PublisherOptions
  #number = 0
  #isRefused = false
  #node: RedisLike | undefined

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  announce(change: Change): Promise<void> {
    const { gate, onAnnounce } = this.#options
    this.#number += 1
    onAnnounce()
    const message = { from: this.id, number: this.#number, change }
    return gate.insist('publish', () => this.#publish(message)).catch(() => undefined)
  }

  /** Gives a sign of life. Nobody waits for it, so it has no deadline, and what becomes of it says nothing of Redis. */
  beat(): void {
    if (!this.#options.gate.ready) return
    this.#publish({ from: this.id, number: this.#number, change: undefined }).catch(() => undefined)
  }

  async #publish(message: BusMessage): Promise<void> {
    if (this.#isRefused) return
    try {
      await this.#route().call('PUBLISH', this.#options.channel, encodeMessage(message))
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOPERM')) throw error
      this.#isRefused = true
      this.#options.events.warn(refusal)
    }
  }

  /** On a Cluster every node will do, but messages that go through different ones may overtake each other. */
  #route(): RedisLike {
    const { client } = this.#options.gate
    if (!isClusterClient(client)) return client
    const nodes = client.nodes('master')
    if (this.#node === undefined || !nodes.includes(this.#node))
      this.#node = nodes[Math.floor(Math.random() * nodes.length)]
    return this.#node ?? client
  }
}
