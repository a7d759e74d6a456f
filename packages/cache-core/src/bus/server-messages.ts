import type { NearTier } from '../memory/near-tier.ts'
import type { KeyNames } from '../store/key-names.ts'
import type { MessageParts, Messages } from './messages.ts'
import type { SubscriberClient } from './subscriber-client.ts'
import { TrustedSubscription } from './trusted-subscription.ts'

const channel = '__redis__:invalidate'

/** Life of the key that is written as a heartbeat, in ms. */
const heartbeatMs = 10_000

/**
 * Hears from the server of every write to the namespace, whoever wrote: client-side caching in broadcasting mode. The
 * connection that asks for it is redirected to itself, so no redirection can break unnoticed. A heartbeat is a write too.
 */
export class ServerMessages implements Messages {
  readonly #tier: NearTier
  readonly #names: KeyNames
  readonly #heartbeat: string
  readonly #subscription: TrustedSubscription

  constructor(parts: MessageParts) {
    const { tier, names, gate, publisher } = parts
    this.#tier = tier
    this.#names = names
    this.#heartbeat = names.helper(`beat:${publisher.id}`)
    const send = (): void => {
      if (!gate.ready) return
      gate.client.call('SET', this.#heartbeat, '', 'PX', heartbeatMs).catch(() => undefined)
    }
    this.#subscription = new TrustedSubscription({ ...parts, setUp: (client) => this.#setUp(client), send })
    this.#subscription.open()
  }

  beat(): void {
    this.#subscription.beat()
  }

  close(): void {
    this.#subscription.close()
  }

  async #setUp(client: SubscriberClient): Promise<void> {
    // Names come as a list of buffers; the event 'message' would join them.
    client.on('messageBuffer', (_channel, names) => this.#receive(names))
    const id = Number(await client.call('CLIENT', 'ID'))
    await client.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', this.#names.prefix)
    await client.subscribe(channel)
  }

  /** Takes the names of what was written; anything but a list means everything. */
  #receive(written: unknown): void {
    if (!Array.isArray(written)) {
      this.#tier.empty()
      return
    }
    const keys: string[] = []
    const tags: string[] = []
    let all = false
    let isAlive = false
    for (const name of written.map(String)) {
      const key = this.#names.key(name)
      if (key !== undefined) keys.push(key)
      else if (name === this.#heartbeat) isAlive = true
      else if (this.#names.isMarker(name)) {
        const tag = this.#names.tag(name)
        if (tag === undefined) all = true
        else tags.push(tag)
      }
    }
    this.#tier.drop({ keys, tags, all })
    if (isAlive) this.#subscription.heard()
  }
}
