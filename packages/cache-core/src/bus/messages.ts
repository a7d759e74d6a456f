import type { NearTier } from '../memory/near-tier.ts'
import type { EventBus } from '../observability/events.ts'
import type { RedisGate } from '../redis/redis-gate.ts'
import type { RedisLike } from '../redis/redis-like.ts'
import type { KeyNames } from '../store/key-names.ts'
import type { Clock } from '../time/clock.ts'
import type { Publisher } from './publisher.ts'

/** How a near tier hears of what others change. */
export interface Messages {
  /** Once a second: asks whether it still hears. */
  beat(): void
  close(): void
}

/** What hearing takes. */
export interface MessageParts {
  readonly tier: NearTier
  readonly gate: RedisGate
  readonly client: RedisLike
  readonly publisher: Publisher
  readonly names: KeyNames
  readonly clock: Clock
  readonly events: EventBus
}
