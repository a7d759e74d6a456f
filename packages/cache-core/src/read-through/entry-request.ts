import type { ValueFormat } from '../codec/value-format.ts'
import type { LoadContext } from '../load-context.ts'
import type { DefinitionCounters } from '../observability/stats.ts'
import type { ResolvedPolicy } from '../policy/policy.ts'
import type { StandardSchema } from '../schema.ts'

/** What holds for all entries of a definition. */
export interface EntryRules {
  /** The definition's name in statistics and events. */
  readonly name: string
  readonly policy: ResolvedPolicy
  readonly schema: StandardSchema | undefined
  readonly format: ValueFormat
  readonly version: number
  readonly counters: DefinitionCounters
}

/** One entry that is to be read or written. */
export interface EntryRequest {
  readonly rules: EntryRules
  /** The entry's full name in Redis. */
  readonly key: string
  /** Its key without the namespace. */
  readonly bareKey: string
  /** Tags known before the load. */
  readonly tags: readonly string[]
  /** Tags that the value tells. */
  valueTags(value: unknown): readonly string[]
  load(context: LoadContext): unknown
  /** Whether the loader only waits for that of a batch, which takes one place for all. */
  readonly inBatch?: boolean
}

/** The request with the loader of a batch. */
export function loadedInBatch(request: EntryRequest, load: (context: LoadContext) => unknown): EntryRequest {
  const { rules, key, bareKey, tags } = request
  return { rules, key, bareKey, tags, load, inBatch: true, valueTags: (value) => request.valueTags(value) }
}
