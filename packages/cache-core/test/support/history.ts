import type { Cache, Definition, InvalidateTarget } from '../../src/index.ts'

type Row = { readonly id: number; readonly version: number }
type Rows = Definition<{ readonly id: string | number | bigint | boolean }, Row>

/** What a run of {@link checkHistory} found. */
export interface History {
  reads: number
  /** Reads older than the last invalidation that was acknowledged before they began. */
  stale: number
  writes: number
}

const keys = 4

/** Many clients of several processes read and write the same few rows; every read is held against what was acknowledged. */
export async function checkHistory(caches: readonly Cache[], operations: number): Promise<History> {
  const committed = Array<number>(keys).fill(0)
  const acknowledged = Array<number>(keys).fill(0)
  const history: History = { reads: 0, stale: 0, writes: 0 }
  let left = operations

  const read = async (rows: Rows, id: number): Promise<void> => {
    const floor = acknowledged[id] ?? 0
    const row = await rows.getOrSet({ id })
    history.reads += 1
    if (row.version < floor) history.stale += 1
  }
  const write = async (cache: Cache, rows: Rows, id: number): Promise<void> => {
    const version = (committed[id] = (committed[id] ?? 0) + 1)
    await pause(2)
    if (chance(0.2)) await rows.writeThrough({ id }, () => ({ id, version: committed[id] ?? 0 }))
    await cache.invalidate(target(id))
    acknowledged[id] = Math.max(acknowledged[id] ?? 0, version)
    history.writes += 1
  }
  const client = async (cache: Cache, rows: Rows): Promise<void> => {
    for (left -= 1; left >= 0; left -= 1) {
      const id = Math.floor(Math.random() * keys)
      await (chance(0.1) ? write(cache, rows, id) : read(rows, id))
    }
  }

  const clients = caches.map((cache) => {
    const rows = defineRows(cache, committed)
    return Array.from({ length: 8 }, () => client(cache, rows))
  })
  await Promise.all(clients.flat())
  return history
}

function defineRows(cache: Cache, committed: readonly number[]): Rows {
  return cache.define({
    key: 'row:{id}',
    policy: { ttl: '30s' },
    load: async ({ id }) => {
      await pause(3)
      const row = { id: Number(id), version: committed[Number(id)] ?? 0 }
      await pause(chance(0.05) ? 40 : 6)
      return row
    },
    tags: ({ id }) => [`row:${String(id)}`],
    valueTags: (row) => [`late:${String(row.id)}`],
  })
}

function target(id: number): InvalidateTarget {
  const text = String(id)
  const all: InvalidateTarget[] = [
    { key: `row:${text}` },
    { tag: `row:${text}` },
    { tag: `late:${text}` },
    { pattern: `row:${text}*` },
  ]
  return all[Math.floor(Math.random() * all.length)] ?? 'all'
}

function chance(share: number): boolean {
  return Math.random() < share
}

function pause(longestMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs))
}
