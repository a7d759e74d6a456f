/** What an argument of a Redis command may be; anything else is refused by the compiler, since clients stringify oddly. */
export type RedisArgument = string | number | Buffer

/** A batch of commands that travel together. */
export interface RedisPipelineLike {
  exec(): Promise<[Error | null, unknown][] | null>
}

/** One Redis server's client: exactly what this package uses of ioredis 5 and 6. */
export interface RedisLike {
  /** `'ready'` when commands can be sent at once. */
  readonly status: string
  readonly options: object
  call(command: string, ...args: RedisArgument[]): Promise<unknown>
  pipeline(commands: unknown[][]): RedisPipelineLike
  on(event: string, listener: (...args: unknown[]) => void): unknown
  off(event: string, listener: (...args: unknown[]) => void): unknown
}

/** A Cluster's client. */
export interface RedisClusterLike extends RedisLike {
  readonly isCluster: boolean
  /** Addresses of the nodes that serve each slot, the master first. */
  readonly slots: readonly (readonly string[])[]
  nodes(role: 'master' | 'all'): RedisLike[]
  refreshSlotsCache(callback?: (error?: Error | null) => void): void
}

/** Whether the client speaks to a Cluster; told by its shape, since two copies of ioredis may be installed. */
export function isClusterClient(client: RedisLike): client is RedisClusterLike {
  return 'isCluster' in client && client.isCluster === true
}
