import { CacheConfigError } from '../errors.ts'
import { isClusterClient, type RedisLike } from '../redis/redis-like.ts'

/** A connection that is used for messages alone: exactly what this package uses of ioredis 5 and 6. */
export interface SubscriberClient {
  connect(): Promise<unknown>
  disconnect(): void
  call(command: string, ...args: (string | number)[]): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

interface Duplicable {
  duplicate(options: object): SubscriberClient
}

/**
 * Whoever loses such a connection makes another one, so it neither reconnects nor repeats anything by itself. ioredis 6
 * passes client-side caching on only where the protocol is RESP2.
 */
const subscriberOptions = {
  lazyConnect: true,
  protocol: 2,
  replyMapping: 'legacy',
  retryStrategy: () => null,
  reconnectOnError: null,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: false,
  enableOfflineQueue: false,
  // It asks for INFO, which not every account may; what such a connection is good for, heartbeats tell.
  enableReadyCheck: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2000,
  disconnectTimeout: 200,
  // Silence is noticed by missing heartbeats.
  socketTimeout: undefined,
  readOnly: false,
}

/**
 * A connection like the user's own, not yet connected; to some node of a Cluster, since all of them pass messages on.
 * `undefined` while no node is known.
 */
export function subscriberClient(client: RedisLike): SubscriberClient | undefined {
  if (!isClusterClient(client)) return duplicable(client).duplicate(subscriberOptions)
  const nodes = client.nodes('master')
  const node = nodes[Math.floor(Math.random() * nodes.length)]
  return node && duplicable(node).duplicate(subscriberOptions)
}

/** @throws {CacheConfigError} for a client of which no second connection can be made. */
export function duplicable(client: RedisLike): Duplicable {
  if ('duplicate' in client && typeof client.duplicate === 'function') return client as RedisLike & Duplicable
  throw new CacheConfigError(
    'redis',
    'must have a duplicate() as ioredis has: the near tier needs a connection of its own',
  )
}
