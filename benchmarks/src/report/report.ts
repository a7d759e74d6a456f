import type { Environment } from '../machine/environment.ts'
import type { Outcome } from '../processes/worker-process.ts'
import type { PartShare } from '../profile/profile.ts'
import type { Scale } from '../scale.ts'
import type { Column } from '../workloads/workload.ts'

/** One contestant in one table. */
export interface Row {
  readonly contestant: string
  readonly outcome: Extract<Outcome, { type: 'measured' | 'failed' }>
}

/** What one workload told. */
export interface Table {
  readonly workload: string
  readonly title: string
  readonly about: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
}

/** How a contestant took part. */
export interface Participant {
  readonly name: string
  readonly package: string
  readonly settings: string
}

/** Where our time went in one workload. */
export interface WorkloadProfile {
  readonly workload: string
  readonly parts: readonly PartShare[]
}

/** All that a run told; the Markdown and the plot are made of this alone. */
export interface Report {
  readonly environment: Environment
  readonly scale: Scale
  readonly participants: readonly Participant[]
  /** Name of our library's rows. */
  readonly ours: string
  /** Name of the row that compares the floor with itself. */
  readonly floor: string
  readonly tables: readonly Table[]
  readonly profiles: readonly WorkloadProfile[]
}
