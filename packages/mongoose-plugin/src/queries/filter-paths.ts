import type { Fields } from '../writes/write-operation.ts'
import type { ReadCall } from './read-call.ts'

/** Paths whose values decide which documents a read finds, and in which order; `'unknown'` where they cannot be told. */
export type DecidingPaths = ReadonlySet<string> | 'unknown'

const branches = new Set(['$and', '$or', '$nor'])

export function decidingPaths({ filter, options, field }: ReadCall): DecidingPaths {
  const paths = new Set<string>(field === undefined ? [] : [field])
  const known = addFilter(filter, paths) && addSort(options.sort, paths)
  return known && options.min === undefined && options.max === undefined ? paths : 'unknown'
}

function addFilter(filter: Fields, paths: Set<string>): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (name === '$comment') return true
    if (branches.has(name)) {
      return Array.isArray(condition) && condition.every((branch) => addFilter(branch as Fields, paths))
    }
    if (name.startsWith('$')) return false
    paths.add(name)
    return true
  })
}

function addSort(sort: unknown, paths: Set<string>): boolean {
  if (sort === undefined || sort === null) return true
  if (typeof sort !== 'object') return false
  const entries: readonly unknown[] = isIterable(sort) ? [...sort] : Object.entries(sort)
  return entries.every((entry) => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1] === 'object') return false
    paths.add(entry[0])
    return true
  })
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value
}
