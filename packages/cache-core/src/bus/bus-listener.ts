import type { NearTier } from '../memory/near-tier.ts'
import type { Clock } from '../time/clock.ts'
import { decodeMessage } from './message.ts'

/** What a {@link BusListener} is made of. */
export interface BusListenerOptions {
  readonly tier: NearTier
  readonly clock: Clock
  /** Name of this process' own publisher. */
  readonly ownId: string
  /** A message of its own has come back. */
  readonly onOwn: () => void
  /** A message is missing, so the messages have to show again that they can be trusted. */
  readonly onGap: () => void
}

/** What is known of a cache that publishes. */
interface Publisher {
  readonly number: number
  readonly heardAt: number
}

/** After this silence in ms a publisher is forgotten. */
const forgetMs = 60_000

/**
 * Keeps a near tier up to date by the messages of all caches of the namespace. What is missing concerned values that were
 * replaced before the message that shows the gap was sent, so emptying the tier makes up for it.
 */
export class BusListener {
  readonly #options: BusListenerOptions
  readonly #publishers = new Map<string, Publisher>()

  constructor(options: BusListenerOptions) {
    this.#options = options
  }

  receive(text: string): void {
    const { tier, ownId, onOwn, onGap } = this.#options
    const message = decodeMessage(text)
    if (message === undefined) {
      tier.empty()
      return
    }
    const { from, number, change } = message
    const last = this.#publishers.get(from)?.number
    this.#remember(from, Math.max(number, last ?? 0))
    const isMissing = number > (last ?? 0) + (change === undefined ? 0 : 1)
    if (isMissing && last === undefined) {
      // Nobody knows what it said before.
      tier.empty()
    } else if (isMissing) {
      tier.bypass('gap')
      onGap()
    } else if (change !== undefined && from !== ownId) {
      tier.drop(change)
    }
    if (from === ownId) onOwn()
  }

  /** Forgets caches that have been silent for long; one that comes back is a new one. */
  forgetSilent(): void {
    const now = this.#options.clock.now()
    for (const [from, { heardAt }] of this.#publishers)
      if (now - heardAt > forgetMs) this.#publishers.delete(from)
  }

  #remember(from: string, number: number): void {
    this.#publishers.set(from, { number, heardAt: this.#options.clock.now() })
  }
}
