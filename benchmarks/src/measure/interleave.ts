import { setTimeout as sleep } from 'node:timers/promises'
import { runSlice, type Slice, type SliceOptions } from './slice.ts'

export interface Pairs {
  readonly floor: readonly Slice[]
  readonly own: readonly Slice[]
}

export interface InterleaveOptions extends SliceOptions {
  readonly rounds: number
  readonly warmUpMs: number
}

const pauseMs = 20

type Operation = () => Promise<unknown>

/**
 * Runs slices of the floor and of a contestant in turn, so that what disturbs the machine disturbs both. Who goes first
 * changes each round, and the young generation is collected before each slice, so that nobody pays for another's garbage.
 * Reads in memory never let the event loop turn, so it gets a moment before each slice: no library can hear of an
 * invalidation otherwise, and ours then stops trusting its memory.
 */
export async function interleave(
  operations: { readonly floor: Operation; readonly own: Operation },
  { rounds, warmUpMs, ...options }: InterleaveOptions,
): Promise<Pairs> {
  const floor: Slice[] = []
  const own: Slice[] = []
  const slice = async (operation: Operation): Promise<Slice> => {
    await sleep(pauseMs)
    globalThis.gc?.({ type: 'minor' })
    return runSlice(operation, options)
  }
  for (const operation of [operations.floor, operations.own])
    await runSlice(operation, { ...options, ms: warmUpMs })
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) floor.push(await slice(operations.floor))
    own.push(await slice(operations.own))
    if (round % 2 === 1) floor.push(await slice(operations.floor))
  }
  return { floor, own }
}
