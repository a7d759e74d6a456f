import { CacheSerializationError } from '../errors.ts'
import { refuse, richPrototype } from './rich-types.ts'

/** Bits of what {@link classify} finds; 0 means that JSON gives the value back as it is. */
export const shape = {
  /** Holds types that JSON lacks. */
  rich: 1,
  /** Comes back changed: objects of classes, holes of arrays, keys that are symbols. */
  inexact: 2,
} as const

/** Deeper nesting is taken for a cycle. */
const maxDepth = 1000

/**
 * What a value needs to come back equal, as bits of {@link shape}. It visits every node before each store, so it allocates
 * nothing for plain values.
 * @throws {CacheSerializationError} for functions, symbols, promises, cycles and own `__proto__` keys.
 */
export function classify(value: unknown, depth = 0): number {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return 0
    case 'number':
      return value - value === 0 && (value !== 0 || 1 / value > 0) ? 0 : shape.rich
    case 'undefined':
    case 'bigint':
      return shape.rich
    case 'object':
      return value === null ? 0 : classifyObject(value, depth)
    default:
      return refuse(`a ${typeof value}`)
  }
}

function classifyObject(value: object, depth: number): number {
  if (depth > maxDepth) {
    throw new CacheSerializationError('value', 'the value is nested too deeply, or holds itself')
  }
  if (Array.isArray(value)) return classifyArray(value, depth)
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === Object.prototype) return classifyFields(value as Fields, depth)
  // Objects without a prototype, and plain ones of another realm.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) {
    return classifyFields(value as Fields, depth) | shape.inexact
  }
  return classifyInstance(value, prototype, depth)
}

type Fields = Readonly<Record<string, unknown>>

function classifyArray(items: readonly unknown[], depth: number): number {
  let found = Object.getPrototypeOf(items) === Array.prototype ? 0 : shape.inexact
  // An index loop, because it sees the holes of an array.
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]
    if (typeof item === 'string') continue
    if (item === undefined && !(index in items)) found |= shape.rich | shape.inexact
    else found |= classify(item, depth + 1)
  }
  return found
}

function classifyFields(value: Fields, depth: number): number {
  if (typeof value['toJSON'] === 'function') return shape.rich | shape.inexact
  let found = Object.getOwnPropertySymbols(value).length === 0 ? 0 : shape.inexact
  // An inherited key only makes the judgement more careful.
  for (const key in value) {
    if (key === '__proto__') return refuse('an own __proto__ key')
    const item = value[key]
    if (typeof item !== 'string') found |= classify(item, depth + 1)
  }
  return found
}

function classifyInstance(value: object, prototype: object, depth: number): number {
  const returns = richPrototype(value)
  let found: number = shape.rich | (returns === prototype ? 0 : shape.inexact)
  if (returns === Map.prototype) {
    for (const [key, item] of value as Map<unknown, unknown>) {
      found |= classify(key, depth + 1) | classify(item, depth + 1)
    }
  }
  if (returns === Set.prototype) {
    for (const item of value as Set<unknown>) found |= classify(item, depth + 1)
  }
  return found
}
