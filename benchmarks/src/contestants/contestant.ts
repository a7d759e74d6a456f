/**
 * Where a contestant keeps its values: in Redis alone; in memory alone, handing the stored object to every caller
 * (`shared`) or a copy to each (`copy`); or in memory before Redis (`layers`).
 */
export type Tier = 'redis' | 'shared' | 'copy' | 'layers'

/** What a workload asks a contestant to set up. */
export interface Setup {
  readonly url: string
  readonly tier: Tier
  /** First part of every key, so that a contestant never meets the floor's entries. */
  readonly namespace: string
  /** Most entries that a tier in memory holds. */
  readonly maxEntries: number
  readonly load: (id: string) => Promise<unknown>
  readonly tags?: (id: string) => string[]
}

/** A library at work. A call that the library has no name for is left out, never imitated. */
export interface Subject {
  /** Cache-aside: the cached value, or the loader's, which is then stored. */
  readonly read: (id: string) => Promise<unknown>
  readonly readMany?: (ids: readonly string[]) => Promise<readonly unknown[]>
  readonly invalidate?: (id: string) => Promise<unknown>
  readonly invalidateTag?: (tag: string) => Promise<unknown>
  /** Removes every entry of the set-up's namespace. */
  readonly clear?: () => Promise<unknown>
  readonly close: () => Promise<unknown>
}

/** A library that takes part. */
export interface Contestant {
  readonly name: string
  /** The npm package whose version the report names. */
  readonly package: string
  /** How it is set up, and why, for the report. */
  readonly settings: string
  readonly tiers: readonly Tier[]
  /** The only workloads that it takes part in. Default: all that ask for one of its tiers. */
  readonly workloads?: readonly string[]
  readonly open: (setup: Setup) => Promise<Subject>
}

/** How long every entry lives: longer than any run. */
export const ttlMs = 3_600_000
