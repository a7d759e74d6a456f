import { types } from 'node:util'
import { CacheSerializationError } from '../errors.ts'

/** Marks a node of the JSON text that stands for something JSON lacks. */
export const mark = '~t'

/** A node that stands for something JSON lacks: the name of its type, and what it is made of. */
export type Marked = Readonly<Record<typeof mark, string>> & { readonly v?: unknown }

/** Turns what is inside a value into nodes, or back. */
export type Convert = (inner: unknown) => unknown

/** @throws {CacheSerializationError} saying what cannot be cached. */
export function refuse(what: string): never {
  throw new CacheSerializationError('value', `${what} cannot be cached`)
}

/**
 * The prototype with which an object of a rich type comes back; `undefined` for objects of other classes, and for errors,
 * which come back without their stacks.
 * @throws {CacheSerializationError} for what has no lasting content, such as a promise.
 */
export function richPrototype(value: object): object | undefined {
  if (types.isDate(value)) return Date.prototype
  if (types.isMap(value)) return Map.prototype
  if (types.isSet(value)) return Set.prototype
  if (Buffer.isBuffer(value)) return Buffer.prototype
  if (ArrayBuffer.isView(value)) return viewType(viewName(value)).prototype
  if (types.isArrayBuffer(value)) return ArrayBuffer.prototype
  if (types.isRegExp(value)) return RegExp.prototype
  if (value instanceof URL) return URL.prototype
  if (types.isPromise(value)) return refuse('a promise')
  if (types.isSharedArrayBuffer(value)) return refuse('a SharedArrayBuffer')
  if (types.isWeakMap(value) || types.isWeakSet(value)) return refuse('a weak collection')
  return undefined
}

/** The node of an object of a rich type; `undefined` for other objects. */
export function writeRich(value: object, toNode: Convert): Marked | undefined {
  const returns = richPrototype(value)
  if (returns === undefined)
    return isError(value) ? { [mark]: 'Error', v: errorContent(value, toNode) } : undefined
  if (types.isDate(value)) {
    const time = value.getTime()
    return { [mark]: 'Date', v: Number.isNaN(time) ? null : time }
  }
  if (types.isMap(value)) {
    return { [mark]: 'Map', v: Array.from(value, ([key, item]) => [toNode(key), toNode(item)]) }
  }
  if (types.isSet(value)) return { [mark]: 'Set', v: Array.from(value, toNode) }
  if (types.isRegExp(value)) return { [mark]: 'RegExp', v: [value.source, value.flags] }
  if (value instanceof URL) return { [mark]: 'URL', v: value.href }
  if (types.isArrayBuffer(value)) return { [mark]: 'ArrayBuffer', v: Buffer.from(value).toString('base64') }
  const view = value as ArrayBufferView
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  return { [mark]: Buffer.isBuffer(view) ? 'Buffer' : viewName(view), v: bytes.toString('base64') }
}

/** What a node of {@link writeRich} stands for. @throws for nodes that it does not write. */
export function readRich({ [mark]: name, v: content }: Marked, fromNode: Convert): unknown {
  switch (name) {
    case 'Date':
      return new Date(content === null ? NaN : primitive(content, 'number'))
    case 'Map':
      return new Map(items(content).map((pair) => items(pair).map(fromNode) as [unknown, unknown]))
    case 'Set':
      return new Set(items(content).map(fromNode))
    case 'RegExp': {
      const [source, flags] = items(content)
      return new RegExp(primitive(source, 'string'), primitive(flags, 'string'))
    }
    case 'URL':
      return new URL(primitive(content, 'string'))
    case 'Error':
      return readError(fromNode(content))
    case 'Buffer':
      return bytesOf(content)
    case 'ArrayBuffer':
      return new Uint8Array(bytesOf(content)).buffer
    default:
      return new (viewType(name))(new Uint8Array(bytesOf(content)).buffer)
  }
}

/** Stored as their bytes in the machine's order, which is little-endian nearly everywhere. */
const viewNames: readonly string[] = [
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
]

type ViewType = new (buffer: ArrayBuffer) => ArrayBufferView

/** The view's type by its name; older versions of Node lack Float16Array. */
function viewType(name: string): ViewType {
  const type: unknown = viewNames.includes(name) ? Reflect.get(globalThis, name) : undefined
  if (type === undefined) throw new TypeError('an unknown type')
  return type as ViewType
}

/** Works for the views of another realm too. */
function viewName(view: ArrayBufferView): string {
  return Object.prototype.toString.call(view).slice('[object '.length, -1)
}

function isError(value: object): value is Error {
  return types.isNativeError(value) || value instanceof Error
}

/**
 * Only what an error says of itself. Stacks name files, and the other fields of errors are known to hold requests with
 * their headers.
 */
function errorContent(error: Error, toNode: Convert): unknown {
  const { name, message, cause, code } = error as Error & { readonly code?: unknown }
  return {
    name: String(name),
    message: String(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined ? {} : { cause: toNode(cause) }),
  }
}

const errorTypes: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

function readError(content: unknown): Error {
  const { name, message, code, cause } = content as Readonly<Record<string, unknown>>
  const ownName = primitive(name, 'string')
  const type = Object.hasOwn(errorTypes, ownName) ? errorTypes[ownName] : undefined
  const error = new (type ?? Error)(primitive(message, 'string'))
  const hidden = { configurable: true, writable: true }
  if (error.name !== ownName) Object.defineProperty(error, 'name', { ...hidden, value: ownName })
  if (cause !== undefined) Object.defineProperty(error, 'cause', { ...hidden, value: cause })
  Object.defineProperty(error, 'stack', { ...hidden, value: String(error) })
  return code === undefined ? error : Object.assign(error, { code })
}

function items(content: unknown): unknown[] {
  if (!Array.isArray(content)) throw new TypeError('not a list')
  return content
}

function bytesOf(content: unknown): Buffer<ArrayBuffer> {
  return Buffer.from(primitive(content, 'string'), 'base64')
}

interface Primitives {
  readonly string: string
  readonly number: number
}

function primitive<Name extends keyof Primitives>(content: unknown, name: Name): Primitives[Name] {
  if (typeof content !== name) throw new TypeError(`not a ${name}`)
  return content as Primitives[Name]
}
