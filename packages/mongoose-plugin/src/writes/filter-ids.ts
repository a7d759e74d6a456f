import type { Fields } from './write-operation.ts'

/**
 * The only ids that a filter can match, or `undefined` when it does not name them. Under a collation text ids are equal
 * to others, so they name nothing.
 */
export function filterIds(filter: Fields, collation: unknown): readonly unknown[] | undefined {
  const ids = idsOfClause(filter)
  if (ids === undefined || (collation != null && ids.some((id) => typeof id !== 'object'))) return undefined
  return ids
}

function idsOfClause(filter: Fields): readonly unknown[] | undefined {
  const condition = filter._id
  const ids = condition === undefined ? undefined : idsOfCondition(condition)
  if (ids !== undefined) return ids
  if (!Array.isArray(filter.$and)) return undefined
  for (const clause of filter.$and) {
    if (typeof clause !== 'object' || clause === null) continue
    const found = idsOfClause(clause as Fields)
    if (found !== undefined) return found
  }
  return undefined
}

function idsOfCondition(condition: unknown): readonly unknown[] | undefined {
  if (isPattern(condition)) return undefined
  if (!isPlainObject(condition)) return [condition]
  if ('$eq' in condition) return [condition.$eq]
  if (Array.isArray(condition.$in)) return condition.$in.some(isPattern) ? undefined : condition.$in
  return Object.keys(condition).some((name) => name.startsWith('$')) ? undefined : [condition]
}

function isPattern(value: unknown): boolean {
  return value instanceof RegExp || (value as { _bsontype?: unknown } | null)?._bsontype === 'BSONRegExp'
}

function isPlainObject(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null || '_bsontype' in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
