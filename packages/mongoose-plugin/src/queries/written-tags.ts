import type { Effect } from '../changes/effect.ts'
import { topLevelNames } from '../paths/touched-paths.ts'
import type { CollectionTags } from './collection-tags.ts'

/**
 * The tags of cached queries that a write invalidates. Above `maxIds` documents, and where it is not certain which they
 * were, that is the one tag that all of them have.
 */
export function writtenTags(effects: readonly Effect[], tags: CollectionTags, maxIds: number): string[] {
  if (effects.length === 0) return []
  if (effects.length > Math.max(1, maxIds) || effects.some((effect) => !isCertain(effect))) return [tags.all]
  return [...new Set(effects.flatMap((effect) => tagsOfEffect(effect, tags)))]
}

function isCertain({ op, id, identity }: Effect): boolean {
  return op !== 'unknown' && id.length === 1 && (identity === 'exact' || identity === 'static')
}

function tagsOfEffect({ op, id, touched }: Effect, tags: CollectionTags): string[] {
  const document = tags.document(id[0])
  if (op === 'insert' || op === 'delete') return [document, tags.members]
  const names = topLevelNames(touched)
  const paths = names === 'all' ? [tags.anyPath] : [...names].map((name) => tags.path(name))
  return [document, tags.updates, ...paths]
}
