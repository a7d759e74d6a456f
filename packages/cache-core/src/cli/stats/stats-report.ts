import { isSwept, kindTitles, type KeyKind } from '../survey/key-kind.ts'
import type { Survey } from '../survey/survey.ts'
import type { Tally } from '../survey/tally.ts'
import { printable } from '../terminal/printable.ts'
import { pairLines, tableLines } from '../terminal/table.ts'
import { bytes, count, countOf, duration, percent } from '../terminal/units.ts'
import type { ServerStats } from './server-stats.ts'

/** What `stats` found. */
export interface StatsReport {
  readonly namespace: string
  readonly address: string
  readonly survey: Survey
  readonly server: ServerStats | undefined
}

interface Row {
  readonly kind: KeyKind
  /** What the keys look like; `''` for helper keys. */
  readonly shape: string
  readonly tally: Tally
}

/** The keys by kind and shape, in the order of the kinds. */
function rowsOf({ kinds }: Survey): readonly Row[] {
  return (Object.keys(kindTitles) as KeyKind[]).flatMap((kind) => {
    const found = kinds.get(kind)
    if (found === undefined) return []
    const shapes = found.shapes.all()
    if (shapes.length === 0) return [{ kind, shape: '', tally: found.tally }]
    return shapes.map(({ shape, item }) => ({ kind, shape, tally: item }))
  })
}

/** For programs; lengths of time in ms, memory in bytes. */
export function statsDocument({ namespace, address, survey, server }: StatsReport): unknown {
  return {
    namespace,
    address,
    keys: survey.total.keys,
    memoryBytes: survey.total.memory,
    groups: rowsOf(survey).map(({ kind, shape, tally }) => ({
      kind,
      ...(shape !== '' && { shape }),
      keys: tally.keys,
      memoryBytes: tally.memory,
      withoutTtl: tally.withoutTtl,
      ...(tally.keys > tally.withoutTtl && {
        shortestTtlMs: tally.shortestTtlMs,
        longestTtlMs: tally.longestTtlMs,
      }),
    })),
    entries: { ...survey.freshness, ttl: Object.fromEntries(survey.ttls.counts) },
    server: server && { ...server, hitRatio: hitRatio(server) },
  }
}

/** For people. */
export function statsLines(report: StatsReport): string[] {
  const { namespace, address, survey, server } = report
  return [
    `Namespace ${namespace} at ${address}${server === undefined ? '' : ` (${server.product})`}`,
    '',
    ...keyTable(survey),
    ...entryLines(survey),
    '',
    serverLine(server),
  ]
}

function keyTable(survey: Survey): string[] {
  if (survey.total.keys === 0) return ['It has no keys.']
  const rows = rowsOf(survey).map(({ kind, shape, tally }) => [
    kindTitles[kind],
    printable(shape),
    count(tally.keys),
    memoryText(tally),
    ttlText(tally),
  ])
  return tableLines(
    [
      { title: 'Kind' },
      { title: 'Shape of the key' },
      { title: 'Keys', align: 'right' },
      { title: 'Memory', align: 'right' },
      { title: 'TTL' },
    ],
    [...rows, ['all', '', count(survey.total.keys), memoryText(survey.total), '']],
  )
}

function memoryText({ memory }: Tally): string {
  return memory === 0 ? '?' : bytes(memory)
}

function ttlText({ keys, withoutTtl, shortestTtlMs, longestTtlMs }: Tally): string {
  if (keys === withoutTtl) return 'none'
  const shortest = duration(shortestTtlMs)
  const longest = duration(longestTtlMs)
  const range = shortest === longest ? shortest : `${shortest} to ${longest}`
  return withoutTtl === 0 ? range : `${range}; ${count(withoutTtl)} without`
}

const barWidth = 30

function entryLines({ kinds, freshness, ttls }: Survey): string[] {
  if (![...kinds.keys()].some(isSwept)) return []
  const { fresh, stale } = freshness
  const words = [`${count(fresh)} fresh`, `${count(stale)} stale`]
  if (freshness.void > 0) words.push(`${count(freshness.void)} of an epoch that has ended`)
  const most = Math.max(1, ...ttls.counts.map(([, keys]) => keys))
  const pairs = ttls.counts
    .filter(([, keys]) => keys > 0)
    .map(([title, keys]) => {
      const bar = '█'.repeat(Math.max(1, Math.round((keys / most) * barWidth)))
      return [`  ${title}`, `${bar} ${count(keys)}`] as const
    })
  return [
    '',
    `Entries by time: ${words.join(', ')} (stats does not ask for tags, inspect does)`,
    ...pairLines(pairs),
  ]
}

function hitRatio({ hits, misses }: ServerStats): number | undefined {
  return hits + misses === 0 ? undefined : hits / (hits + misses)
}

function serverLine(server: ServerStats | undefined): string {
  if (server === undefined) return 'Server: INFO is refused, so its hit ratio and memory are not known'
  const ratio = hitRatio(server)
  const limit = server.maxMemory === 0 ? 'no limit' : bytes(server.maxMemory)
  return [
    `Server, with all its data: ${bytes(server.memory)} used of ${limit} (${server.policy})`,
    `${countOf(server.evicted, 'key')} evicted`,
    ratio === undefined
      ? 'no reads yet'
      : `hit ratio ${percent(ratio)} of ${countOf(server.hits + server.misses, 'key read', 'keys read')}`,
  ].join(', ')
}
