import type { InvalidateTarget } from '@vidnest/cache-core'

import type { Change } from '../change.ts'
import type { WriteInvalidationError } from '../errors.ts'
import type { Registration } from '../registration.ts'
import { Invalidation, type RegistrationTargets, reportFailure } from './invalidation.ts'

/** The changes that one registration is to be told of. */
export interface RegistrationChanges {
  readonly registration: Registration
  readonly changes: readonly Change[]
  /** The tags of cached queries that depended on them. */
  readonly tags: readonly string[]
}

/** Asks the strict registrations what is going to depend on a write. @throws what a callback throws, so that the write is not sent. */
export async function guardChanges(all: readonly RegistrationChanges[]): Promise<Invalidation> {
  const parts: RegistrationTargets[] = []
  for (const { registration, changes, tags } of all) {
    const targets: InvalidateTarget[] = tags.map((tag) => ({ tag }))
    for (const change of changes) targets.push(...((await registration.options.invalidate?.(change)) ?? []))
    parts.push({ registration, targets })
  }
  return new Invalidation(parts, undefined)
}

/** Asks each registration what depended on its changes. A callback that throws does not keep the others from being asked. */
export async function invalidateChanges(
  all: readonly RegistrationChanges[],
  result: unknown,
): Promise<Invalidation> {
  const parts: RegistrationTargets[] = []
  let failure: WriteInvalidationError | undefined
  for (const { registration, changes, tags } of all) {
    const targets: InvalidateTarget[] = tags.map((tag) => ({ tag }))
    for (const change of changes) {
      try {
        targets.push(...((await registration.options.invalidate?.(change)) ?? []))
      } catch (error) {
        failure = reportFailure(registration, error, result) ?? failure
      }
    }
    parts.push({ registration, targets })
  }
  return new Invalidation(parts, result, failure)
}
