import { scanCount } from '../../redis/scan.ts'
import type { RedisLike } from '../../redis/redis-like.ts'
import type { Connection, Server } from '../connection/connection.ts'
import type { NameSearch } from './name-search.ts'

/** Names that were found together. */
export interface NamePage {
  readonly server: Server
  readonly names: readonly string[]
  /** How much of the way is done, from 0 to 1: an estimate, since SCAN does not tell. */
  readonly fraction: number
}

/** Goes with SCAN through all names that are meant, on each master; a name may come twice. */
export async function* walk(connection: Connection, { glob, isMeant }: NameSearch): AsyncIterable<NamePage> {
  const servers = connection.masters()
  const pages = await pagesOf(connection)
  const total = pages.reduce((sum, each) => sum + each, 0)
  let before = 0
  for (const [index, server] of servers.entries()) {
    const expected = pages[index] ?? 1
    let cursor = '0'
    let page = 0
    do {
      const { next, names } = await scanStep(server.client, { cursor, glob, count: scanCount })
      cursor = next
      page += 1
      yield { server, names: names.filter(isMeant), fraction: (before + Math.min(page, expected)) / total }
    } while (cursor !== '0')
    before += expected
  }
}

/** About how many pages a SCAN of each master has. */
export async function pagesOf(connection: Connection): Promise<readonly number[]> {
  const sizes = await Promise.all(connection.masters().map(({ client }) => client.call('DBSIZE')))
  return sizes.map((size) => Math.max(1, Math.ceil(Number(size) / scanCount)))
}

/** One call of SCAN. */
export interface ScanStep {
  readonly cursor: string
  readonly glob: string
  readonly count: number
}

/** Sends one SCAN; `next` is `'0'` at the end. */
export async function scanStep(
  client: RedisLike,
  { cursor, glob, count }: ScanStep,
): Promise<{ readonly next: string; readonly names: readonly string[] }> {
  const reply = await client.call('SCAN', cursor, 'MATCH', glob, 'COUNT', count)
  const [next, names] = reply as [string, string[]]
  return { next, names }
}
