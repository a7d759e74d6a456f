import { frozen } from './frozen.ts'
import { getMany } from './get-many.ts'
import { herd } from './herd.ts'
import { hit, hitCounter, hitList, taggedHit } from './hit.ts'
import { memoryHit } from './memory-hit.ts'
import { memoryMiss } from './memory-miss.ts'
import { missFill } from './miss-fill.ts'
import { pattern } from './pattern.ts'
import { staleRace } from './race.ts'
import { tagInvalidation } from './tag-invalidation.ts'
import { memoryWeight, redisWeight } from './weight.ts'
import type { Workload } from './workload.ts'

/** All workloads, in the order of the report. */
export const workloads: readonly Workload[] = [
  hit,
  hitList,
  hitCounter,
  memoryHit,
  memoryMiss,
  getMany,
  missFill,
  herd,
  taggedHit,
  tagInvalidation,
  pattern,
  frozen,
  redisWeight,
  memoryWeight,
  staleRace,
]

/** @throws for a name that no workload has. */
export function workloadNamed(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name)
  if (found === undefined) throw new Error(`there is no workload ${name}`)
  return found
}
