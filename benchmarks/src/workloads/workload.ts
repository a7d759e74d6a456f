import type { Contestant, Setup, Subject, Tier } from '../contestants/contestant.ts'
import type { Pinning } from '../machine/pinning.ts'
import type { Scale } from '../scale.ts'

/** One thing that a workload tells of each contestant. */
export interface Column {
  readonly id: string
  readonly title: string
  readonly unit: 'ops/s' | 'µs' | 'ms' | 'bytes' | 'count' | '%'
  /** Whether it is shown as a ratio to the floor of the same round, or as it is. */
  readonly shown: 'ratio' | 'value'
  readonly better: 'more' | 'less'
  /** What our library should reach: at least this, or at most, as `better` says. */
  readonly aim?: number
  /** For the report, where the aim is missed: what the rest of the way would cost, or why it cannot be had. */
  readonly limit?: string
  /** Smaller values cannot be told from this one. */
  readonly unseen?: number
}

/** The measurements of one column, one for each round; with `floor`, those of the floor in the same rounds. */
export interface Sample {
  readonly own: readonly number[]
  readonly floor?: readonly number[]
  /** What was awaited came only once the hindrance had gone: it would have taken longer. */
  readonly unfinished?: boolean
}

/** By the id of the column; a column that does not apply to a contestant has none. */
export type Samples = Readonly<Record<string, Sample>>

/** What a workload is run with, in a process of its own for each contestant. */
export interface Bench {
  readonly contestant: Contestant
  readonly scale: Scale
  /** Address of an empty Redis that nobody else uses. */
  readonly url: string
  /** Stops Redis without closing its connections (SIGSTOP), and lets it go on. */
  readonly server: { pause(): Promise<void>; resume(): Promise<void> }
  /** Which CPUs further processes use. */
  readonly pinning?: Pinning | undefined
  /** Set when nothing is compared, but the CPU of our own slices is recorded. */
  readonly record?: (work: () => Promise<unknown>) => Promise<void>
  readonly open: (setup: Partial<Setup> & Pick<Setup, 'load' | 'tier'>) => Promise<Subject>
}

/** Thrown by a workload that needs a call which the contestant does not have; it then has no row. */
export class NoSuchCall extends Error {
  override readonly name = 'NoSuchCall'
}

/** `undefined` where the contestant has no such call. */
export async function unlessNoSuchCall<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NoSuchCall) return undefined
    throw error
  }
}

/** Something that a cache is asked to do, and what is measured of it. */
export interface Workload {
  readonly name: string
  readonly title: string
  /** One or two sentences for the report. */
  readonly about: string
  /** A contestant with none of these has no row. */
  readonly tiers: readonly Tier[]
  readonly columns: readonly Column[]
  readonly run: (bench: Bench) => Promise<Samples>
}
