import { shortestLifeMs, type Experiment } from './experiment.ts'

/** A row that was loaded more often than P7 allows. */
export interface HerdedRow {
  readonly key: number
  readonly stored: number
  readonly unstored: number
}

/** P7: the rows that were loaded more than once for a time that they became old, in an experiment that took so long. */
export function rowsLoadedTooOften(experiment: Experiment, durationMs: number): HerdedRow[] {
  const { reads, writes, loads, unstoredLoads } = experiment
  return experiment.rows.flatMap((key) => {
    const count = (items: readonly { readonly key: number }[]): number =>
      items.filter((item) => item.key === key).length
    const written = count(writes)
    const refreshed = count(reads.filter(({ fresh }) => fresh))
    // Only who takes the lease loads to store, and it can be taken once for each time that the slot has nothing to serve:
    const emptied =
      // at first,
      1 +
      // after each write, whose invalidation empties the slot once (a `writeThrough` only if it was overtaken itself),
      written +
      // for each read that asks for a fresh value,
      refreshed +
      // and whenever a value that nobody wrote in its time expires.
      Math.ceil(durationMs / shortestLifeMs)
    // Who joined two loads that were overtaken loads for itself, together with all who were sent away with it; and a load
    // is overtaken by nothing but a write or a read that asks for a fresh value.
    const overtaken = written + refreshed
    const unstored = count(unstoredLoads)
    const stored = count(loads) - unstored
    return stored <= emptied && unstored <= overtaken ? [] : [{ key, stored, unstored }]
  })
}
