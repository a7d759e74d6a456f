import type { Column } from '../workloads/workload.ts'
import type { Figure } from './figure.ts'

/** A ratio with as many digits as it deserves. */
export function formatRatio(value: number): string {
  return value < 0.1 ? String(Number(value.toPrecision(2))) : value.toFixed(2)
}

/** A number of a unit: whole numbers from 100 on, with separators; fewer digits the larger it is. */
export function formatValue(value: number, unit: Column['unit']): string {
  if (unit === 'count' || unit === 'bytes' || unit === '%') return grouped(Math.round(value))
  if (value >= 100) return grouped(Math.round(value))
  return value.toFixed(value >= 10 ? 1 : 2)
}

function grouped(value: number): string {
  return value.toLocaleString('en-GB')
}

function formatOne(value: number, { shown, unit, unseen }: Column): string {
  if (shown === 'ratio') return formatRatio(value)
  return unseen !== undefined && value <= unseen ? `< ${String(unseen)}` : formatValue(value, unit)
}

/** Median, and smallest and largest where they differ from it. */
export function formatFigure(figure: Figure, column: Column): string {
  const median = formatOne(figure.median, column)
  const ends = [figure.min, figure.max].map((value) => formatOne(value, column))
  const spread = ends.every((end) => end === median) ? '' : ` (${ends.join('–')})`
  return `${figure.unfinished ? '≥ ' : ''}${median}${spread}`
}

/** `≥ 1.35 × floor`, `≤ 1 ms`, `0 %`. */
export function formatAim({ aim, better, shown, unit }: Column): string {
  if (aim === undefined) return ''
  const least = better === 'more' ? '≥ ' : '≤ '
  const value = unit === 'bytes' ? grouped(aim) : String(aim)
  return `${aim === 0 ? '' : least}${value}${shown === 'ratio' ? ' × floor' : unitAfter(unit)}`
}

/** A unit as it follows a number. */
export function unitAfter(unit: Column['unit']): string {
  return unit === 'count' ? '' : ` ${unit}`
}

/** Title of a column with its unit. */
export function columnTitle({ title, shown, unit }: Column): string {
  if (shown === 'ratio') return `${title}, × floor`
  return unit === 'count' ? title : `${title}, ${unit}`
}
