import { CacheSerializationError } from '../errors.ts'

/**
 * What a value needs to come back equal: `plain` is JSON as it is, `rich` holds types that JSON lacks, `instance` holds
 * objects of classes, which come back as plain objects (as `JSON.stringify` sees them).
 */
export type ValueKind = 'plain' | 'rich' | 'instance'

/** Deeper nesting is taken for a cycle. */
const maxDepth = 200

const rank: Readonly<Record<ValueKind, number>> = { plain: 0, rich: 1, instance: 2 }

/** @throws {CacheSerializationError} for functions, symbols and cycles. */
export function classify(value: unknown, depth = 0): ValueKind {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return 'plain'
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? 'plain' : 'rich'
    case 'undefined':
    case 'bigint':
      return 'rich'
    case 'object':
      return value === null ? 'plain' : classifyObject(value, depth)
    default:
      throw new CacheSerializationError(`a ${typeof value} cannot be cached`)
  }
}

function classifyObject(value: object, depth: number): ValueKind {
  if (depth > maxDepth) throw new CacheSerializationError('the value is nested too deeply, or holds itself')
  if (Array.isArray(value)) return highest(value, depth)
  if (value instanceof Date || value instanceof Uint8Array) return 'rich'
  if (value instanceof Map) return atLeastRich(highest([...value.keys(), ...value.values()], depth))
  if (value instanceof Set) return atLeastRich(highest([...value], depth))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype || 'toJSON' in value) return 'instance'
  return highest(Object.values(value), depth)
}

function highest(values: readonly unknown[], depth: number): ValueKind {
  let kind: ValueKind = 'plain'
  // An index loop, because it sees the holes of an array.
  for (let index = 0; index < values.length; index += 1) {
    const found = classify(values[index], depth + 1)
    if (rank[found] > rank[kind]) kind = found
  }
  return kind
}

function atLeastRich(kind: ValueKind): ValueKind {
  return kind === 'plain' ? 'rich' : kind
}
