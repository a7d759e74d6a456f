import { withoutPositions } from './overlap.ts'

/** An update document, an aggregation pipeline, or a replacement. */
export type UpdateDocument = Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[]

/** Paths that a write touches, without array positions; `'all'` where they cannot be told. */
export type TouchedPaths = ReadonlySet<string> | 'all'

/**
 * The paths that an update touches in a document that exists: `$setOnInsert` does not count, since it writes only when
 * the update inserts.
 */
export function touchedPaths(update: UpdateDocument): TouchedPaths {
  if (Array.isArray(update)) return touchedByPipeline(update as readonly Readonly<Record<string, unknown>>[])
  const paths = new Set<string>()
  for (const [operator, fields] of Object.entries(update)) {
    if (operator === '$setOnInsert') continue
    if (!operator.startsWith('$') || typeof fields !== 'object' || fields === null) return 'all'
    for (const [path, argument] of Object.entries(fields)) {
      paths.add(withoutPositions(path))
      if (operator === '$rename' && typeof argument === 'string') paths.add(withoutPositions(argument))
    }
  }
  return paths
}

function touchedByPipeline(stages: readonly Readonly<Record<string, unknown>>[]): TouchedPaths {
  const paths = new Set<string>()
  for (const stage of stages) {
    for (const [name, argument] of Object.entries(stage ?? {})) {
      if (name === '$unset') {
        for (const path of [argument].flat()) paths.add(String(path))
      } else if (
        (name === '$set' || name === '$addFields') &&
        typeof argument === 'object' &&
        argument !== null
      ) {
        for (const path of Object.keys(argument)) paths.add(path)
      } else return 'all'
    }
  }
  return paths
}

/** The top-level names of the touched paths. */
export function topLevelNames(paths: TouchedPaths): ReadonlySet<string> | 'all' {
  if (paths === 'all') return 'all'
  return new Set([...paths].map((path) => path.split('.', 1)[0] ?? path))
}
