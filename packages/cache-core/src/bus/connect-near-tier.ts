import { CacheConfigError } from '../errors.ts'
import type { Announcer } from '../memory/change.ts'
import type { ResolvedMemory } from '../memory/memory-options.ts'
import { NearTier } from '../memory/near-tier.ts'
import type { EventBus } from '../observability/events.ts'
import type { CacheOptions } from '../options.ts'
import type { StoreConnection } from '../redis/connect-store.ts'
import { isClusterClient } from '../redis/redis-like.ts'
import type { Clock } from '../time/clock.ts'
import type { ServerTime } from '../time/server-time.ts'
import { Beats } from './beats.ts'
import { BusMessages } from './bus-messages.ts'
import type { MessageParts, Messages } from './messages.ts'
import { Publisher } from './publisher.ts'
import { ServerMessages } from './server-messages.ts'
import { duplicable } from './subscriber-client.ts'

/** The near tier with its connections to others. */
export interface NearConnection {
  /** `undefined` where there is none. */
  readonly tier: NearTier | undefined
  readonly announcer: Announcer
  /** Ends its connection and its heartbeats. */
  close(): void
}

/** What the near tier is made with. */
export interface NearTools {
  readonly clock: Clock
  readonly events: EventBus
  readonly time: ServerTime
}

/** Makes the near tier that the options ask for, if any, and what tells others of changes. */
export function connectNearTier(
  memory: ResolvedMemory | undefined,
  connection: StoreConnection,
  tools: NearTools,
): NearConnection {
  const { gate, names } = connection
  if (gate === undefined) return offConnection
  const { clock, events } = tools
  const heartbeats = new Beats(clock, () => publisher.beat())
  // Who hears of changes by the bus gives signs of life from the start, the others from their first change on.
  const onAnnounce = (): void => {
    if (memory?.coherence !== 'bus') heartbeats.start()
  }
  const publisher = new Publisher({ gate, channel: names.channel, events, onAnnounce })
  if (memory === undefined) return { tier: undefined, announcer: publisher, close: () => heartbeats.end() }
  const tier = new NearTier({ ...memory, ...tools })
  connection.onEpoch(() => tier.empty())
  const parts: MessageParts = { tier, gate, client: gate.client, publisher, names, ...tools }
  const messages: Messages = memory.coherence === 'bus' ? new BusMessages(parts) : new ServerMessages(parts)
  const checks = new Beats(clock, () => messages.beat())
  checks.start()
  return {
    tier,
    announcer: publisher,
    close() {
      messages.close()
      checks.end()
      heartbeats.end()
    },
  }
}

/** @throws {CacheConfigError} where a near tier could not hear of changes. */
export function checkCoherence(memory: ResolvedMemory | undefined, { redis, enabled }: CacheOptions): void {
  if (memory === undefined || redis === undefined || enabled === false) return
  if (memory.coherence === 'tracking' && isClusterClient(redis)) {
    throw new CacheConfigError(
      'memory.coherence',
      "must be 'bus' on a Cluster: there every server tells of its own keys only",
    )
  }
  duplicable(redis)
}

const offConnection: NearConnection = {
  tier: undefined,
  announcer: { announce: () => Promise.resolve() },
  close: () => undefined,
}
