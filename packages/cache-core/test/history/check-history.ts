import type { Commit, Operation, Read, Write } from './operation.ts'

/** A read that broke a property. */
export interface Violation {
  readonly property: 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6'
  readonly read: Read
  /** What it should have been, in a word. */
  readonly because: string
}

/** What a history is held against. */
export interface Bounds {
  /** Longest age in ms of what was committed and not acknowledged: TTL and what outages add; 0 under strict. */
  readonly staleMs: number
  /** How long in ms the near tier of another process may be behind an acknowledged write; 0 without near tiers. */
  readonly nearMs: number
  /** Whether each client must never see versions go down (P4). */
  readonly isMonotonic: boolean
  readonly commits: readonly Commit[]
  /** The last version of each key that the source committed. */
  readonly lastVersions: ReadonlyMap<number, number>
}

/** Every read that broke a property; in O(n log n), since versions of a key only grow. */
export function checkHistory(operations: readonly Operation[], bounds: Bounds): Violation[] {
  const byKey = Map.groupBy(operations, ({ key }) => key)
  const commits = Map.groupBy(bounds.commits, ({ key }) => key)
  const violations = [...byKey].flatMap(([key, own]) => {
    const commitTimes = new Map(commits.get(key)?.map(({ version, at }) => [version, at]))
    const readers = new Set(own.map(({ client }) => processOf(client)))
    return [...readers].flatMap((reader) => checkKey(asSeenBy(reader, own, bounds), commitTimes, bounds))
  })
  return bounds.isMonotonic ? [...violations, ...checkSessions(operations)] : violations
}

/** The reads of one process, and all writes with the time from which it must know of them. */
function asSeenBy(reader: string, operations: readonly Operation[], { nearMs }: Bounds): Operation[] {
  return operations.flatMap((operation): Operation[] => {
    const isOwn = processOf(operation.client) === reader
    if (operation.kind === 'read') return isOwn ? [operation] : []
    return [isOwn ? operation : { ...operation, end: operation.end + nearMs }]
  })
}

function processOf(client: string): string {
  return client.split(':', 1)[0] ?? ''
}

function checkKey(
  operations: readonly Operation[],
  commitTimes: ReadonlyMap<number, number>,
  { staleMs, lastVersions }: Bounds,
): Violation[] {
  const writes = operations.filter((operation): operation is Write => operation.kind === 'write')
  const reads = operations.filter((operation): operation is Read => operation.kind === 'read')
  const acknowledged = writes.filter((write) => write.acknowledged).sort((a, b) => a.end - b.end)
  const floors = prefixMaxima(acknowledged, ({ version }) => version)
  const asked = prefixMaxima(acknowledged, ({ invalidatedAt }) => invalidatedAt)
  return reads.flatMap((read) => {
    const before = countBefore(acknowledged, read.start)
    const floor = before === 0 ? 0 : (floors[before - 1] ?? 0)
    const mustBeReadAfter = before === 0 ? -Infinity : (asked[before - 1] ?? -Infinity)
    const found: Violation[] = []
    const report = (property: Violation['property'], because: string): void => {
      found.push({ property, read, because })
    }
    if (!read.intact || read.version > (lastVersions.get(read.key) ?? 0)) {
      report('P3', 'the value is of another key or was never committed')
    }
    if (read.version < floor) {
      report(read.version === 0 ? 'P5' : 'P1', `version ${String(floor)} was acknowledged before it began`)
    }
    if (read.readAt < mustBeReadAfter) {
      report('P6', 'the source was read before an invalidation that was acknowledged before the read began')
    }
    // While a lower version is read, it is stale since the next one was committed.
    const staleSince = commitTimes.get(read.version + 1) ?? Infinity
    if (read.start - staleSince > staleMs) {
      report('P2', `it was stale for ${String(Math.round(read.start - staleSince))} ms`)
    }
    return found
  })
}

/** P4: no client sees versions of one key go down. */
function checkSessions(operations: readonly Operation[]): Violation[] {
  const sessions = Map.groupBy(operations, ({ client, key }) => `${client} ${String(key)}`)
  return [...sessions.values()].flatMap((own) => {
    let highest = 0
    const violations: Violation[] = []
    for (const operation of own.toSorted((a, b) => a.end - b.end)) {
      if (operation.kind === 'read' && operation.version < highest)
        violations.push({
          property: 'P4',
          read: operation,
          because: `this client knew version ${String(highest)}`,
        })
      highest = Math.max(highest, operation.version)
    }
    return violations
  })
}

function prefixMaxima<Item>(items: readonly Item[], read: (item: Item) => number): number[] {
  let highest = -Infinity
  return items.map((item) => (highest = Math.max(highest, read(item))))
}

/** How many of the writes, sorted by their end, had ended before. */
function countBefore(writes: readonly Write[], start: number): number {
  let [low, high] = [0, writes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((writes[middle]?.end ?? Infinity) < start) low = middle + 1
    else high = middle
  }
  return low
}
