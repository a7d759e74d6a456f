/** Marks a node of the JSON text that stands for something JSON lacks. */
const mark = '~t'

type Marked = Readonly<Record<typeof mark, string>> & { readonly v?: unknown }

/** JSON with the types that it lacks: undefined, NaN, infinities, -0, bigint, Date, Map, Set, Uint8Array, Buffer. */
export function stringifyRich(value: unknown): string {
  return JSON.stringify(toNode(value))
}

/** Reads what {@link stringifyRich} wrote. @throws for text that it did not write. */
export function parseRich(text: string): unknown {
  return fromNode(JSON.parse(text))
}

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
  if (Array.isArray(value)) return Array.from(value, toNode)
  if (value instanceof Date)
    return { [mark]: 'Date', v: Number.isNaN(value.getTime()) ? null : value.getTime() }
  if (value instanceof Map)
    return { [mark]: 'Map', v: Array.from(value, ([key, item]) => [toNode(key), toNode(item)]) }
  if (value instanceof Set) return { [mark]: 'Set', v: Array.from(value, toNode) }
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    return { [mark]: Buffer.isBuffer(value) ? 'Buffer' : 'Uint8Array', v: bytes.toString('base64') }
  }
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return toNode((value.toJSON as () => unknown)())
  const entries = Object.entries(value).filter(
    ([, item]) => typeof item !== 'function' && typeof item !== 'symbol',
  )
  const nodes = entries.map(([key, item]) => [key, toNode(item)] as const)
  return Object.hasOwn(value, mark) ? { [mark]: 'Object', v: nodes } : Object.fromEntries(nodes)
}

function fromNode(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(fromNode)
  if (Object.hasOwn(node, mark)) return fromMarked(node as Marked)
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, fromNode(item)]))
}

function fromMarked(node: Marked): unknown {
  const items = (): unknown[] => (node.v as unknown[]).map(fromNode)
  switch (node[mark]) {
    case 'undefined':
      return undefined
    case 'bigint':
      return BigInt(node.v as string)
    case 'number':
      return Number(node.v)
    case 'Date':
      return new Date(node.v === null ? NaN : (node.v as number))
    case 'Map':
      return new Map(items() as [unknown, unknown][])
    case 'Set':
      return new Set(items())
    case 'Buffer':
      return Buffer.from(node.v as string, 'base64')
    case 'Uint8Array':
      return new Uint8Array(Buffer.from(node.v as string, 'base64'))
    case 'Object':
      return Object.fromEntries(items() as [string, unknown][])
    default:
      throw new TypeError('unknown mark')
  }
}
