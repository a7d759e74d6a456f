import type { KeyNames } from '../../store/key-names.ts'
import { interrupted } from '../cli-error.ts'
import type { Connection } from '../connection/connection.ts'
import { valueOf } from '../inspect/read-inspection.ts'
import { factsOf, type KeyFacts } from '../survey/key-facts.ts'
import { isSwept } from '../survey/key-kind.ts'
import { entryNames, type NameSearch } from '../survey/name-search.ts'
import { walk } from '../survey/walk.ts'
import type { Progress } from '../terminal/progress.ts'
import { countOf } from '../terminal/units.ts'
import type { Targets } from './targets.ts'

/** What an invalidation would meet. */
export interface TargetCount {
  /** Of the keys, those that hold an entry or a lease. */
  readonly keys: number
  /** Entries that carry one of the tags. */
  readonly tagged: number
  /** Entries and leases that fit one of the patterns, or all. */
  readonly swept: number
}

/** What counting is done with. */
export interface CountOptions {
  readonly connection: Connection
  readonly names: KeyNames
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Counts what the targets name. Reads only: not even the namespace's generation is made. */
export async function countTargets(targets: Targets, options: CountOptions): Promise<TargetCount> {
  const keyFacts = await factsOfKeys(targets.keys, options)
  const wanted = new Set(targets.tags)
  const isTagged = (facts: KeyFacts): boolean => valueOf(facts)?.tags.some((tag) => wanted.has(tag)) ?? false
  const searches = targets.all
    ? [entryNames(options.names)]
    : targets.patterns.map((pattern) => entryNames(options.names, pattern))
  return {
    keys: keyFacts.filter(isEntry).length,
    tagged: wanted.size === 0 ? 0 : await countIn([entryNames(options.names)], isTagged, options),
    swept: await countIn(searches, isEntry, options),
  }
}

/** What the keys hold that exist. */
export async function factsOfKeys(
  keys: readonly string[],
  { connection, names }: Pick<CountOptions, 'connection' | 'names'>,
): Promise<readonly KeyFacts[]> {
  const found: KeyFacts[] = []
  for (const key of keys) found.push(...(await factsOf(connection.client, names, [names.entry(key)])))
  return found
}

async function countIn(
  searches: readonly NameSearch[],
  counts: (facts: KeyFacts) => boolean,
  { connection, names, progress, signal }: CountOptions,
): Promise<number> {
  // Patterns may overlap, and SCAN may give a name twice.
  const seen = new Set<string>()
  for (const [index, search] of searches.entries()) {
    for await (const page of walk(connection, search)) {
      for (const facts of await factsOf(page.server.client, names, page.names))
        if (counts(facts)) seen.add(facts.name)
      const found = countOf(seen.size, 'entry', 'entries')
      progress.update((index + page.fraction) / searches.length, `${found} found`)
      if (signal.aborted) throw interrupted(`${found} counted so far, nothing was invalidated`)
    }
  }
  return seen.size
}

function isEntry({ key, kind }: KeyFacts): boolean {
  return key !== undefined && isSwept(kind)
}
