import { ratios, summarize, type Summary } from '../measure/statistics.ts'
import type { Column, Sample } from '../workloads/workload.ts'
import type { Row } from './report.ts'

/** What one contestant reached in one column. */
export interface Figure extends Summary {
  readonly unfinished: boolean
}

function figureOf(column: Column, { own, floor, unfinished = false }: Sample): Figure {
  return { ...summarize(column.shown === 'ratio' ? ratios(own, floor ?? []) : own), unfinished }
}

/** The figure of a row in a column; `undefined` where it has none. */
export function figureIn(column: Column, { outcome }: Row): Figure | undefined {
  const sample = outcome.type === 'measured' ? outcome.samples[column.id] : undefined
  return sample === undefined ? undefined : figureOf(column, sample)
}

/** Whether the median reaches the aim of the column. */
export function reaches({ aim, better }: Column, { median, unfinished }: Figure): boolean {
  if (aim === undefined || unfinished) return false
  return better === 'more' ? median >= aim : median <= aim
}

/** What the floor itself took, over all rows; `undefined` for a column that is not compared with it. */
export function floorOf(column: Column, rows: readonly Row[]): Summary | undefined {
  const values = rows.flatMap(({ outcome }) =>
    outcome.type === 'measured' ? (outcome.samples[column.id]?.floor ?? []) : [],
  )
  return values.length === 0 ? undefined : summarize(values)
}
