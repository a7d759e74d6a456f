/** The value at a dotted path; through an array it is the array of the elements' values, as MongoDB reads it. */
export function valueAt(document: unknown, path: string): unknown {
  const dot = path.indexOf('.')
  const name = dot === -1 ? path : path.slice(0, dot)
  if (typeof document !== 'object' || document === null) return undefined
  const value = (document as Record<string, unknown>)[name]
  if (dot === -1) return value
  const rest = path.slice(dot + 1)
  if (!Array.isArray(value)) return valueAt(value, rest)
  return value.map((element) => valueAt(element, rest)).filter((found) => found !== undefined)
}
