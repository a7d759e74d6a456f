import type { Announcer, Change } from './change.ts'
import type { NearTier } from './near-tier.ts'

/** What this process changes: its own near tier must not serve it meanwhile, and those of others have to hear of it. */
export class OwnChanges {
  readonly #tier: NearTier | undefined
  readonly #announcer: Announcer

  constructor(tier: NearTier | undefined, announcer: Announcer) {
    this.#tier = tier
    this.#announcer = announcer
  }

  /** From the call of a change until the result is called, this process keeps nothing of what it concerns in memory. */
  bar(change: Change): () => void {
    return this.#tier === undefined ? nothing : this.#tier.bar(change)
  }

  /** Tells other processes of a change that Redis has acknowledged. Never rejects. */
  announce(change: Change): Promise<void> {
    if (!change.all && change.keys.length === 0 && change.tags.length === 0) return Promise.resolve()
    return this.#announcer.announce(change)
  }
}

const nothing = (): void => undefined
