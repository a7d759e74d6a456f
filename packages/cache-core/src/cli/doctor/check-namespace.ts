import type { KeyKind } from '../survey/key-kind.ts'
import { isSwept } from '../survey/key-kind.ts'
import type { Survey } from '../survey/survey.ts'
import { printable } from '../terminal/printable.ts'
import { bytes, countOf } from '../terminal/units.ts'
import { ok, warn, type Finding } from './finding.ts'
import type { ServerFacts } from './server-facts.ts'

/** Bytes of an entry that hold up a server which also serves others. */
const largeEntry = 2 ** 20
/** Kinds that live for ever by design. */
const lasting: ReadonlySet<KeyKind> = new Set(['counter', 'batch', 'generation', 'marker'])

/** What the keys of a namespace tell. */
export function checkNamespace(survey: Survey, servers: readonly ServerFacts[]): Finding[] {
  if (survey.total.keys === 0)
    return [warn('namespace', 'it has no keys', 'compare its name with the `namespace` of your createCache')]
  return [
    ok('namespace', `${countOf(survey.total.keys, 'key')}, ${bytes(survey.total.memory)} of memory`),
    ...generationFindings(survey, servers),
    ...ttlFindings(survey),
    ...sizeFindings(survey),
    ...laterFindings(survey),
  ]
}

/** Whether a namespace has counters whose deltas wait here for their source. */
export function hasCounters({ kinds }: Survey): boolean {
  return kinds.has('batch')
}

function generationFindings({ kinds, generation }: Survey, servers: readonly ServerFacts[]): Finding[] {
  const hasEntries = [...kinds.keys()].some(isSwept)
  if (generation === undefined) {
    if (!hasEntries) return []
    return [
      warn(
        'epoch',
        'the generation is missing (evicted or flushed), so processes that start now do not use what was stored before',
        'nothing, if it happens once; else give the server more memory',
      ),
    ]
  }
  const runIds = servers.map(({ info }) => info?.get('run_id')).filter((runId) => runId !== undefined)
  if (runIds.every((runId) => generation.runIds.includes(runId)))
    return [ok('epoch', 'the present epoch covers the servers that run')]
  return [
    warn(
      'epoch',
      'a server was restarted or promoted since the epoch began: the next process that connects begins another, and older entries are not used',
      'nothing, if it was meant to be restarted',
    ),
  ]
}

function ttlFindings({ kinds }: Survey): Finding[] {
  const found = [...kinds].filter(([kind, { tally }]) => !lasting.has(kind) && tally.withoutTtl > 0)
  if (found.length === 0) return [ok('TTL', 'every entry has one')]
  return found.map(([kind, { tally, withoutTtl }]) => {
    const examples = `such as ${withoutTtl.map(printable).join(', ')}`
    if (isSwept(kind))
      return warn(
        'TTL',
        `${countOf(tally.withoutTtl, 'entry', 'entries')} without one, ${examples}`,
        "they stay until they are invalidated or evicted: give their policies a ttl other than 'forever', unless they are few",
      )
    return warn(
      'TTL',
      `${countOf(tally.withoutTtl, 'key')} of other programs without one, ${examples}`,
      'give other data names that do not begin with the namespace, or a TTL',
    )
  })
}

function sizeFindings({ largest }: Survey): Finding[] {
  if (largest === undefined || largest.length <= largeEntry) return []
  return [
    warn(
      'size',
      `the largest entry takes ${bytes(largest.length)}: ${printable(largest.key ?? largest.name)}`,
      'cache smaller parts of it: while it is read and written, the server does nothing else',
    ),
  ]
}

function laterFindings({ kinds }: Survey): Finding[] {
  const later = kinds.get('later')
  if (later === undefined) return []
  return [
    warn(
      'format',
      `${countOf(later.tally.keys, 'entry', 'entries')} of a later format, which older versions of the package do not use`,
      'update @vidnest/cache-core everywhere, or finish the update that is under way',
    ),
  ]
}
