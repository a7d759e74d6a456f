import { types } from 'node:util'
import { mark, type Marked, readRich, refuse, writeRich } from './rich-types.ts'

/**
 * JSON with the types that it lacks: undefined, NaN, infinities, -0, bigint, Date, Map, Set, RegExp, URL, Error, Buffer,
 * ArrayBuffer and its views. Objects of classes are written as `JSON.stringify` sees them.
 */
export function stringifyRich(value: unknown): string {
  return JSON.stringify(toNode(value))
}

/** Reads what {@link stringifyRich} wrote. @throws for text that it did not write. */
export function parseRich(text: string): unknown {
  return fromNode(JSON.parse(text))
}

/** The value itself where it is plain JSON, so that only what leads to a rich type is copied. */
function toNode(value: unknown): unknown {
  switch (typeof value) {
    case 'undefined':
      return { [mark]: 'undefined' }
    case 'bigint':
      return { [mark]: 'bigint', v: value.toString() }
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value
      return { [mark]: 'number', v: Object.is(value, -0) ? '-0' : String(value) }
    case 'object':
      return value === null ? null : objectToNode(value)
    default:
      return value
  }
}

function objectToNode(value: object): unknown {
  if (Array.isArray(value)) return arrayToNode(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  const rich = prototype === Object.prototype ? undefined : writeRich(value, toNode)
  if (rich !== undefined) return rich
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return toNode((value.toJSON as () => unknown)())
  if (types.isBoxedPrimitive(value)) return toNode(value.valueOf())
  return fieldsToNode(value as Readonly<Record<string, unknown>>)
}

function arrayToNode(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]
    const node = toNode(item)
    if (node === item) continue
    copy ??= [...items]
    copy[index] = node
  }
  return copy ?? items
}

function fieldsToNode(value: Readonly<Record<string, unknown>>): unknown {
  let copy: Record<string, unknown> | undefined
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return refuse('an own __proto__ key')
    const item = value[key]
    const node = toNode(item)
    if (node === item) continue
    copy ??= { ...value }
    copy[key] = node
  }
  const node = copy ?? value
  return Object.hasOwn(value, mark) ? { [mark]: 'Object', v: Object.entries(node).filter(isWritable) } : node
}

/** `JSON.stringify` leaves fields with functions and symbols out, but only where it sees them as fields. */
function isWritable([, node]: readonly [string, unknown]): boolean {
  return typeof node !== 'function' && typeof node !== 'symbol'
}

/** Replaces the marked nodes in place. */
function fromNode(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) {
      if (typeof item === 'object') node[index] = fromNode(item)
    }
    return node
  }
  if (Object.hasOwn(node, mark)) return fromMarked(node as Marked)
  const fields = node as Record<string, unknown>
  for (const key of Object.keys(fields)) {
    if (key === '__proto__') throw new TypeError('an own __proto__ key')
    const item = fields[key]
    if (typeof item === 'object') fields[key] = fromNode(item)
  }
  return fields
}

function fromMarked(node: Marked): unknown {
  switch (node[mark]) {
    case 'undefined':
      return undefined
    case 'bigint':
      return BigInt(node.v as string)
    case 'number':
      return Number(node.v)
    case 'Object': {
      const fields = new Map((node.v as [string, unknown][]).map(([key, item]) => [key, fromNode(item)]))
      if (fields.has('__proto__')) throw new TypeError('an own __proto__ key')
      return Object.fromEntries(fields)
    }
    default:
      return readRich(node, fromNode)
  }
}
