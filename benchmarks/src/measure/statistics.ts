/** What is told of several measurements of one thing. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  /** First and third quartile. */
  readonly q1: number
  readonly q3: number
}

/** The value below which `share` of the values lie, interpolated between neighbours. `NaN` of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below]
  if (low === undefined) return Number.NaN
  const high = sorted[below + 1] ?? low
  return low + (high - low) * (position - below)
}

export function summarize(values: readonly number[]): Summary {
  return {
    median: quantile(values, 0.5),
    min: quantile(values, 0),
    max: quantile(values, 1),
    q1: quantile(values, 0.25),
    q3: quantile(values, 0.75),
  }
}

/** Each value by the floor's of the same round. */
export function ratios(own: readonly number[], floor: readonly number[]): number[] {
  return own.flatMap((value, round) => {
    const base = floor[round]
    return base === undefined || base === 0 ? [] : [value / base]
  })
}
