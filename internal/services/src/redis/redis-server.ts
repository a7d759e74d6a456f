import type { Report } from '../step.ts'

/** Which server to run; `default` obeys `VIDNEST_REDIS`, else takes the first that can be had. */
export type RedisBinary = 'default' | 'redis-6.2' | 'redis' | 'valkey'

export interface StartRedisOptions {
  /** Further command line arguments, as `['--appendonly', 'yes']`; they win over the defaults. */
  args?: string[]
  /** Default `'default'`. */
  binary?: RedisBinary
  report?: Report
  /** Default: a free one. */
  port?: number
}

/** One running server, owned by the caller; it ends with this process at the latest. */
export interface RedisServer {
  readonly url: string
  readonly host: string
  readonly port: number
  /** Changes with {@link RedisServer.restart}. */
  readonly pid: number
  /** `redis` or `valkey`. */
  readonly product: 'redis' | 'valkey'
  readonly version: string
  /** Ends the server and removes its folder. Safe to call twice. */
  stop(): Promise<void>
  /** Freezes it (SIGSTOP): connections stay open and nothing is answered. */
  pause(): Promise<void>
  /** Lets it go on (SIGCONT). */
  resume(): Promise<void>
  /** Ends it at once (SIGKILL), keeping the folder for {@link RedisServer.restart}. */
  kill(): Promise<void>
  /** Starts it again on the same port and folder; ends it first (SIGTERM) if it still runs. */
  restart(): Promise<void>
}
