import type { KeyNames } from '../../store/key-names.ts'
import type { Connection } from '../connection/connection.ts'
import { serverTime } from '../connection/server-clock.ts'
import { interrupted } from '../cli-error.ts'
import type { Progress } from '../terminal/progress.ts'
import { countOf } from '../terminal/units.ts'
import { factsOf, type KeyFacts } from './key-facts.ts'
import { isSwept, type KeyKind } from './key-kind.ts'
import { KeyShapes } from './key-shapes.ts'
import { allNames } from './name-search.ts'
import { readGeneration, type Generation } from './generation.ts'
import { addKey, addTally, createTally, type Tally } from './tally.ts'
import { TtlHistogram } from './ttl-histogram.ts'
import { walk } from './walk.ts'

/** Names of each kind that are kept as examples. */
const mostExamples = 3

/** The keys of one kind. */
export interface KindSurvey {
  readonly tally: Tally
  /** By what their keys look like; helper keys have none. */
  readonly shapes: KeyShapes<Tally>
  /** Some that have no TTL. */
  readonly withoutTtl: string[]
}

/** How entries stand, as far as their own headers tell. */
export interface Freshness {
  fresh: number
  stale: number
  /** Of an epoch that has ended, so never used again. */
  void: number
}

/** What a namespace holds. */
export interface Survey {
  readonly kinds: ReadonlyMap<KeyKind, KindSurvey>
  readonly total: Tally
  readonly freshness: Freshness
  /** How long entries live yet. */
  readonly ttls: TtlHistogram
  readonly largest: KeyFacts | undefined
  readonly generation: Generation | undefined
}

/** What a survey is made with. */
export interface SurveyOptions {
  readonly connection: Connection
  readonly names: KeyNames
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Looks at every key of a namespace. Reads only. */
export async function survey({ connection, names, progress, signal }: SurveyOptions): Promise<Survey> {
  const generation = await readGeneration(connection, names)
  const now = await serverTime(connection)
  const kinds = new Map<KeyKind, KindSurvey>()
  const total = createTally()
  const freshness: Freshness = { fresh: 0, stale: 0, void: 0 }
  const ttls = new TtlHistogram()
  let largest: KeyFacts | undefined
  for await (const page of walk(connection, allNames(names))) {
    for (const facts of await factsOf(page.server.client, names, page.names)) {
      addKey(total, facts)
      addFacts(kinds, facts)
      if (isSwept(facts.kind)) {
        if (facts.length > (largest?.length ?? 0)) largest = facts
        if (facts.kind === 'entry') ttls.add(facts.ttlMs)
        addFreshness(freshness, facts, { now: now.now(), epoch: generation?.epoch })
      }
    }
    progress.update(page.fraction, countOf(total.keys, 'key'))
    if (signal.aborted) throw interrupted(`after ${countOf(total.keys, 'key')}; nothing was changed`)
  }
  return { kinds, total, freshness, ttls, largest, generation }
}

function addFacts(kinds: Map<KeyKind, KindSurvey>, facts: KeyFacts): void {
  const kind = kinds.get(facts.kind) ?? {
    tally: createTally(),
    shapes: new KeyShapes<Tally>({ create: createTally, merge: addTally }),
    withoutTtl: [],
  }
  kinds.set(facts.kind, kind)
  addKey(kind.tally, facts)
  if (facts.key !== undefined) addKey(kind.shapes.of(facts.key), facts)
  if (facts.ttlMs === Infinity && kind.withoutTtl.length < mostExamples)
    kind.withoutTtl.push(facts.key ?? facts.name)
}

function addFreshness(
  freshness: Freshness,
  { slot }: KeyFacts,
  { now, epoch }: { readonly now: number; readonly epoch: string | undefined },
): void {
  if (slot?.kind !== 'value') return
  if (epoch !== undefined && slot.epoch !== epoch) freshness.void += 1
  else if (slot.freshUntil > now && !slot.isSoft) freshness.fresh += 1
  else freshness.stale += 1
}
