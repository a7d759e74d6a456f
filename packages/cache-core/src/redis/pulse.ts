import type { Clock } from '../time/clock.ts'
import type { RedisLike } from './redis-like.ts'

/** How often one operation may try a connection that is behind, in ms. */
const probeEveryMs = 500

/**
 * Whether a connection answers. Redis answers in order, so behind a reply that is overdue every other one is late too: once
 * an operation has run into its deadline, the next ones need not wait for theirs. The overdue reply itself, when it comes
 * at last, shows that the connection is alive.
 */
export class Pulse {
  readonly #clock: Clock
  #probedAt: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether an operation may be sent: always, or now and then while the connection is behind. */
  allows(): boolean {
    if (this.#probedAt === undefined) return true
    const now = this.#clock.now()
    if (now - this.#probedAt < probeEveryMs) return false
    this.#probedAt = now
    return true
  }

  /** An operation ran into its deadline. */
  miss(): void {
    this.#probedAt ??= this.#clock.now()
  }

  /** The connection answered, or is a new one. */
  beat(): void {
    this.#probedAt = undefined
  }
}

/** One pulse for each client, whoever uses it: what one has noticed spares the others their own deadline. */
const pulses = new WeakMap<RedisLike, Pulse>()

/** The pulse of a client. On a Cluster there is none: other nodes may answer. */
export function pulseOf(client: RedisLike, clock: Clock): Pulse {
  const pulse = pulses.get(client) ?? new Pulse(clock)
  pulses.set(client, pulse)
  return pulse
}
