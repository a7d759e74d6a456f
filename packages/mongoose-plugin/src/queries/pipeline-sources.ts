import type { Fields } from '../writes/write-operation.ts'

/** What an aggregation reads and does beside its own collection. */
export interface PipelineSources {
  /** Names of the other collections of the database. */
  readonly collections: ReadonlySet<string>
  /** Whether it reads something whose writes cannot be seen: another database, the server's state, a search index. */
  readonly elsewhere: boolean
  readonly writes: boolean
}

const elsewhereStages = new Set([
  '$changeStream',
  '$collStats',
  '$currentOp',
  '$indexStats',
  '$listLocalSessions',
  '$listSearchIndexes',
  '$listSessions',
  '$planCacheStats',
  '$search',
  '$searchMeta',
  '$vectorSearch',
])

interface Found {
  readonly collections: Set<string>
  elsewhere: boolean
  writes: boolean
}

export function pipelineSources(pipeline: readonly Fields[]): PipelineSources {
  const found: Found = { collections: new Set(), elsewhere: false, writes: false }
  addPipeline(pipeline, found)
  return found
}

function addPipeline(pipeline: unknown, found: Found): void {
  if (!Array.isArray(pipeline)) return
  for (const stage of pipeline) {
    for (const [name, body] of Object.entries((stage ?? {}) as Fields)) addStage(name, body, found)
  }
}

function addStage(name: string, body: unknown, found: Found): void {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Fields
  switch (name) {
    case '$out':
    case '$merge':
      found.writes = true
      return
    case '$lookup':
    case '$graphLookup':
      addCollection(fields.from, found)
      return addPipeline(fields.pipeline, found)
    case '$unionWith':
      addCollection(typeof body === 'string' ? body : fields.coll, found)
      if (fields.db !== undefined) found.elsewhere = true
      return addPipeline(fields.pipeline, found)
    case '$facet':
      for (const pipeline of Object.values(fields)) addPipeline(pipeline, found)
      return
    default:
      if (elsewhereStages.has(name)) found.elsewhere = true
  }
}

/** Without a name a stage reads what its pipeline begins with, `$documents`. */
function addCollection(name: unknown, found: Found): void {
  if (typeof name === 'string') found.collections.add(name)
  else if (name !== undefined && name !== null) found.elsewhere = true
}
