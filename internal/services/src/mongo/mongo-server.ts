import type { Report } from '../step.ts'

export interface StartMongoOptions {
  report?: Report
  /** Further command line arguments for `mongod`. */
  args?: string[]
  /** Default: a free one. */
  port?: number
}

/** One running single-node replica set, owned by the caller; it ends with this process at the latest. */
export interface MongoServer {
  /** Without a database name; name one in the driver's options or with {@link MongoServer.uriFor}. */
  readonly uri: string
  /** The address with this database. */
  uriFor(database: string): string
  readonly port: number
  readonly pid: number
  readonly version: string
  /** Ends the server and removes its folder. Safe to call twice. */
  stop(): Promise<void>
  /** Freezes it (SIGSTOP). */
  pause(): Promise<void>
  /** Lets it go on (SIGCONT). */
  resume(): Promise<void>
}
