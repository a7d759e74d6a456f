import { buildChanges, type WritePlace } from '../changes/build-changes.ts'
import type { Effect } from '../changes/effect.ts'
import type { CollectionTags } from '../queries/collection-tags.ts'
import { writtenTags } from '../queries/written-tags.ts'
import type { Registration } from '../registration.ts'
import type { RegistrationChanges } from './invalidate-changes.ts'

/** Where a write happened, and the tags of the cached queries there. */
export interface TaggedPlace {
  readonly place: WritePlace
  readonly tags: CollectionTags
}

/** What a registration is told of a write, and the tags of cached queries that its cache is to invalidate. */
export function registrationChanges(
  effects: readonly Effect[],
  registration: Registration,
  { place, tags }: TaggedPlace,
): RegistrationChanges {
  const own = effects.filter((effect) => registration.concerns(effect))
  return {
    registration,
    changes: buildChanges(own, registration, place),
    tags: writtenTags(own, tags, registration.maxIds),
  }
}
