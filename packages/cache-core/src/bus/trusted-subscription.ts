import type { NearTier } from '../memory/near-tier.ts'
import type { EventBus } from '../observability/events.ts'
import type { RedisLike } from '../redis/redis-like.ts'
import type { Clock } from '../time/clock.ts'
import { beatMs } from './beats.ts'
import { subscriberClient, type SubscriberClient } from './subscriber-client.ts'
import { Subscription } from './subscription.ts'

/** What a {@link TrustedSubscription} is made of. */
export interface TrustedSubscriptionOptions {
  readonly tier: NearTier
  /** The user's client, which is duplicated. */
  readonly client: RedisLike
  readonly clock: Clock
  readonly events: EventBus
  /** Subscribes on a connection that is ready. */
  readonly setUp: (client: SubscriberClient) => Promise<void>
  /** Sends a heartbeat, by the user's client. */
  readonly send: () => void
}

/** Heartbeats of its own that this process does not hear in a row before it takes its subscription for deaf. */
const mostUnheard = 3

const refusal = 'Redis refuses what the near tier has to subscribe to, so reads pass it by'

/**
 * Has a near tier used for as long as this process hears its own heartbeats: then whatever was sent before has been heard
 * too, and it listens to the server that it talks to. When they stay away, or the connection is lost, the tier is passed by
 * at once, and used again when one comes back on another connection.
 */
export class TrustedSubscription {
  readonly #options: TrustedSubscriptionOptions
  readonly #subscription: Subscription
  #isUp = false
  #unheard = 0

  constructor(options: TrustedSubscriptionOptions) {
    const { client, clock, events, tier, setUp } = options
    this.#options = options
    this.#subscription = new Subscription({
      clock,
      random: Math.random,
      createClient: () => subscriberClient(client),
      setUp,
      onUp: () => {
        this.#isUp = true
        this.#unheard = 0
        this.beat()
      },
      onDown: () => {
        this.#isUp = false
        tier.bypass('lost')
      },
      onError: (error) => {
        if (error instanceof Error && error.message.startsWith('NOPERM')) events.warn(refusal)
      },
    })
  }

  open(): void {
    this.#subscription.open()
  }

  /** Sends a heartbeat; they are counted, not timed, so that a late event loop first hears what waits for it. */
  beat(): void {
    if (this.#isUp && this.#unheard >= mostUnheard) {
      this.#options.tier.bypass('silent')
      this.#subscription.renew()
    }
    this.#unheard += 1
    this.#options.send()
  }

  /** A heartbeat of its own has come back. */
  heard(): void {
    if (!this.#isUp) return
    this.#unheard = 0
    this.#subscription.confirm()
    this.#options.tier.trust(mostUnheard * beatMs)
  }

  close(): void {
    this.#isUp = false
    this.#subscription.close()
  }
}
