import { CacheConfigError } from '@vidnest/cache-core'

import { InterceptedCollection } from '../interception/intercepted-collection.ts'
import { databaseOf } from '../interception/mongoose-like.ts'
import { filterIds } from '../writes/filter-ids.ts'
import type { CachedSource, CacheRequest } from './cached-source.ts'
import type { CollectionTags } from './collection-tags.ts'
import { decidingPaths } from './filter-paths.ts'
import { pipelineSources } from './pipeline-sources.ts'
import type { ReadCall } from './read-call.ts'

/** What invalidates the result of a read. */
export interface Dependencies {
  readonly tags: readonly string[]
  /** Whether the documents that were found count too. */
  readonly ofDocuments: boolean
}

/** Above this many documents a result depends on every update of the collection instead of on each of them. */
const mostDocuments = 100

/**
 * The tags of a read. `undefined` when it reads what the plugin does not see.
 * @throws {CacheConfigError} when it filters or sorts by a path whose changes invalidate nothing.
 */
export async function dependenciesOf(
  source: CachedSource,
  read: ReadCall,
): Promise<Dependencies | undefined> {
  const { state } = source
  const tags = state.tags(databaseOf(state.collection))
  if (read.method === 'aggregate') return ofPipeline(source, read, tags)
  if (read.method === 'estimatedDocumentCount') return { tags: [tags.all, tags.members], ofDocuments: false }
  const paths = decidingPaths(read)
  if (paths !== 'unknown') refuseIgnored(source, paths)
  const ids = await namedIds(state, read)
  if (ids !== undefined)
    return { tags: [tags.all, ...ids.map((id) => tags.document(id))], ofDocuments: false }
  const ofDocuments = read.method === 'find' || read.method === 'findOne'
  if (paths === 'unknown') return { tags: [tags.all, tags.members, tags.updates], ofDocuments }
  const names = new Set([...paths].map((path) => path.split('.', 1)[0] ?? path))
  const ofPaths = names.size === 0 ? [] : [tags.anyPath, ...[...names].map((name) => tags.path(name))]
  return { tags: [tags.all, tags.members, ...ofPaths], ofDocuments }
}

/** The tags of the documents that a read found, by their ids; `undefined` for one whose id was not selected. */
export function tagsOfDocuments(ids: readonly unknown[], tags: CollectionTags): string[] {
  if (ids.length > mostDocuments || ids.includes(undefined)) return [tags.updates]
  return [...new Set(ids.map((id) => tags.document(id)))]
}

/** The only documents that the read can find: no write to another one changes what it finds. */
async function namedIds(
  { target }: InterceptedCollection,
  { filter, options }: ReadCall,
): Promise<readonly unknown[] | undefined> {
  const ids = filterIds(filter, options.collation)
  if (ids === undefined || ids.length > mostDocuments) return undefined
  const byText = ids.some((id) => typeof id !== 'object')
  return byText && (await target.isCollated()) ? undefined : ids
}

function refuseIgnored({ request }: CachedSource, paths: ReadonlySet<string>): void {
  if (request.options.ttlOnly === true) return
  for (const path of paths) {
    if (!request.registration.ignores(path)) continue
    throw new CacheConfigError(
      'cache',
      `the query depends on '${path}', whose changes invalidate nothing: give ttlOnly: true to accept that`,
    )
  }
}

function ofPipeline(
  { state, request }: CachedSource,
  { pipeline = [] }: ReadCall,
  own: CollectionTags,
): Dependencies | undefined {
  const { collections, elsewhere, writes } = pipelineSources(pipeline)
  if (writes) throw new CacheConfigError('cache', 'an aggregation with $out or $merge is a write')
  const ttlOnly = request.options.ttlOnly === true
  if (elsewhere && !ttlOnly) return undefined
  const { conn } = state.collection
  const tags = [own.all, own.members, own.updates]
  for (const name of collections) {
    const other = InterceptedCollection.known(conn.collections?.[name])
    if (!ttlOnly && !tells(other, request)) return undefined
    const others = other?.tags(databaseOf(other.collection))
    if (others !== undefined) tags.push(others.all, others.members, others.updates)
  }
  return { tags: [...new Set(tags)], ofDocuments: false }
}

/** Whether writes to the collection invalidate what is in the cache of the request. */
function tells(collection: InterceptedCollection | undefined, { registration }: CacheRequest): boolean {
  const registrations = collection?.registrations ?? []
  return registrations.some((other) => other.cache === registration.cache)
}
