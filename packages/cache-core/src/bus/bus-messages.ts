import type { MessageParts, Messages } from './messages.ts'
import { BusListener } from './bus-listener.ts'
import type { SubscriberClient } from './subscriber-client.ts'
import { TrustedSubscription } from './trusted-subscription.ts'

/** Hears of changes from the other caches of the namespace. */
export class BusMessages implements Messages {
  readonly #channel: string
  readonly #listener: BusListener
  readonly #subscription: TrustedSubscription

  constructor(parts: MessageParts) {
    const { publisher, names } = parts
    this.#channel = names.channel
    this.#subscription = new TrustedSubscription({
      ...parts,
      setUp: (client) => this.#setUp(client),
      send: () => publisher.beat(),
    })
    this.#listener = new BusListener({
      ...parts,
      ownId: publisher.id,
      onOwn: () => this.#subscription.heard(),
      onGap: () => this.#subscription.beat(),
    })
    this.#subscription.open()
  }

  beat(): void {
    this.#listener.forgetSilent()
    this.#subscription.beat()
  }

  close(): void {
    this.#subscription.close()
  }

  async #setUp(client: SubscriberClient): Promise<void> {
    client.on('message', (_channel, text) => this.#listener.receive(String(text)))
    await client.subscribe(this.#channel)
  }
}
