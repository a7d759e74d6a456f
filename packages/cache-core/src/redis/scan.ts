import type { RedisGate } from './redis-gate.ts'
import type { RedisLike } from './redis-like.ts'

/** Names that SCAN looks at per step: 500 held a server up for half a millisecond, 5,000 for three. */
export const scanCount = 500

/**
 * All names on one server that fit the glob, page by page; a name may come twice. Names that are there during the whole
 * scan are all found (Redis' guarantee for SCAN).
 *
 * That each page is awaited, and done with by whoever takes it, before the next one is asked for is the pacing (rule 13): one
 * step is under way at a time, between two of them the server serves everybody else, and a slow server slows the sweep down.
 */
export async function* scanPages(gate: RedisGate, node: RedisLike, glob: string): AsyncIterable<string[]> {
  let cursor = '0'
  do {
    const from = cursor
    const reply = await gate.insist('invalidate', () =>
      node.call('SCAN', from, 'MATCH', glob, 'COUNT', scanCount),
    )
    const [next, names] = reply as [string, string[]]
    cursor = next
    yield names
  } while (cursor !== '0')
}
