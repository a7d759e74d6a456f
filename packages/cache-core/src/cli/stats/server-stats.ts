import type { Connection } from '../connection/connection.ts'
import { infoFields, productOf } from '../connection/info.ts'

/** What the servers tell of themselves, added up; it is about all their data and clients. */
export interface ServerStats {
  readonly product: string
  readonly hits: number
  readonly misses: number
  readonly memory: number
  /** 0 where no limit is set. */
  readonly maxMemory: number
  readonly policy: string
  readonly evicted: number
}

/** Asks the servers for their statistics; `undefined` where INFO is refused. */
export async function askStats(connection: Connection): Promise<ServerStats | undefined> {
  const infos = await Promise.all(connection.masters().map(({ client }) => infoFields(client)))
  const known = infos.filter((info) => info !== undefined)
  const [first] = known
  if (first === undefined || known.length < infos.length) return undefined
  const sum = (field: string): number =>
    known.reduce((total, info) => total + Number(info.get(field) ?? 0), 0)
  return {
    product: productOf(first),
    hits: sum('keyspace_hits'),
    misses: sum('keyspace_misses'),
    memory: sum('used_memory'),
    maxMemory: sum('maxmemory'),
    policy: first.get('maxmemory_policy') ?? 'unknown',
    evicted: sum('evicted_keys'),
  }
}
