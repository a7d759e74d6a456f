import type { RedisLike } from '../../redis/redis-like.ts'

/** A connection of the command to one server or to a Cluster. */
export interface Connection {
  /** For `createCache`. */
  readonly client: RedisLike
  readonly isCluster: boolean
  /** Where it leads, without user and password. */
  readonly shown: string
  /** Version of the ioredis that was found. */
  readonly libraryVersion: string
  /** Whether the address asked for a `keyPrefix`, which was left out. */
  readonly hasKeyPrefix: boolean
  /** The server, or the masters of the Cluster in the order of their addresses. */
  readonly masters: () => readonly Server[]
  readonly close: () => void
}

/** One server. */
export interface Server {
  readonly name: string
  readonly client: RedisLike
}
