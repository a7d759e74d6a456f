import { plainJson } from '../../src/codec/json-codec.ts'
import type { NearValue } from '../../src/memory/near-entry.ts'
import { NearTier } from '../../src/memory/near-tier.ts'
import { measured } from '../../src/memory/own-payload.ts'
import type { ResolvedMemory } from '../../src/memory/memory-options.ts'
import { EventBus, type CacheEvents } from '../../src/observability/events.ts'
import { ServerTime } from '../../src/time/server-time.ts'
import { ManualClock } from '../../src/testing/index.ts'

/** A near tier on a clock that is moved by hand, with its messages trusted for long unless told otherwise. */
export class NearWorld {
  readonly clock = new ManualClock()
  readonly time = new ServerTime(this.clock)
  readonly told: CacheEvents['nearTier'][] = []
  readonly tier: NearTier

  constructor(options: Partial<ResolvedMemory> = {}, trustedMs = 1e9) {
    const events = new EventBus('n')
    events.on('nearTier', (event) => this.told.push(event))
    const defaults = {
      maxEntries: 100,
      maxBytes: 2 ** 20,
      ttlMs: 5000,
      coherence: 'bus',
      freeze: false,
    } as const
    this.tier = new NearTier({ ...defaults, ...options, clock: this.clock, time: this.time, events })
    if (trustedMs > 0) this.tier.trust(trustedMs)
  }

  /** A value that is fresh for `freshMs` from now. */
  value(payload: string, { freshMs = 60_000, tags = [] as readonly string[] } = {}): NearValue {
    const now = this.time.now()
    const freshUntil = now + freshMs
    return {
      definition: 'd',
      codec: plainJson,
      ...measured(payload),
      tags,
      loadedAt: now - 10,
      freshUntil,
      usableUntil: freshUntil,
    }
  }

  /** Keeps a value as a read would that nothing came between. */
  keep(key: string, value: NearValue): void {
    const ticket = this.tier.open()
    this.tier.keep(key, value, ticket)
    this.tier.close()
  }

  /** What a read finds. */
  find(key: string): unknown {
    return this.tier.find(key, 'd')?.content
  }
}
