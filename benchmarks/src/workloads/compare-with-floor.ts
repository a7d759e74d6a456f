import { interleave } from '../measure/interleave.ts'
import { runSlice, type Slice, type SliceOptions } from '../measure/slice.ts'
import type { Bench, Column, Sample, Samples } from './workload.ts'

type Figure = keyof Slice

/** A stretch of the comparison: how many operations at a time, and which columns it gives. */
export interface Phase extends Omit<SliceOptions, 'ms'> {
  /** What it tells, by the id of the column. */
  readonly tells: Readonly<Record<string, Figure>>
}

export interface Compared {
  readonly floor: () => Promise<unknown>
  readonly own: () => Promise<unknown>
}

const recordedMs = 4_000

/** Columns of the two usual phases. */
export const sequential: Phase = { concurrency: 1, tells: { p50: 'p50Us' } }
export const concurrent: Phase = { concurrency: 64, tells: { ops: 'opsPerSecond', cpu: 'cpuUs' } }

export const p50Column: Omit<Column, 'aim'> = {
  id: 'p50',
  title: 'p50, one at a time',
  unit: 'µs',
  shown: 'ratio',
  better: 'less',
}
export const opsColumn: Omit<Column, 'aim'> = {
  id: 'ops',
  title: 'operations, 64 at a time',
  unit: 'ops/s',
  shown: 'ratio',
  better: 'more',
}
export const cpuColumn: Omit<Column, 'aim'> = {
  id: 'cpu',
  title: 'client CPU by operation',
  unit: 'µs',
  shown: 'ratio',
  better: 'less',
}

function sampleOf(figure: Figure, own: readonly Slice[], floor: readonly Slice[]): Sample {
  return { own: own.map((slice) => slice[figure]), floor: floor.map((slice) => slice[figure]) }
}

/** Measures both, phase by phase; when a profile is asked for, records the last phase of `own` instead. */
export async function compareWithFloor(
  { scale, record }: Bench,
  phases: readonly Phase[],
  compared: Compared,
): Promise<Samples> {
  const last = phases.at(-1)
  if (record !== undefined && last !== undefined) {
    await runSlice(compared.own, { ...last, ms: scale.warmUpMs })
    await record(() => runSlice(compared.own, { ...last, ms: scale.quick ? scale.sliceMs : recordedMs }))
    return {}
  }
  const samples: Record<string, Sample> = {}
  for (const { tells, ...options } of phases) {
    const { rounds, warmUpMs, sliceMs } = scale
    const { own, floor } = await interleave(compared, { ...options, rounds, warmUpMs, ms: sliceMs })
    for (const [column, figure] of Object.entries(tells)) samples[column] = sampleOf(figure, own, floor)
  }
  return samples
}
