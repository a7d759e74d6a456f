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

/** Whether `undefined` is spelled out on the way to a path: what is stored then is a matter of the driver's settings. */
export function spellsUndefined(document: unknown, path: string): boolean {
  if (typeof document !== 'object' || document === null) return false
  if (Array.isArray(document)) return document.some((element) => spellsUndefined(element, path))
  const [name = '', ...rest] = path.split('.')
  if (!Object.hasOwn(document, name)) return false
  const value = (document as Record<string, unknown>)[name]
  return value === undefined || (rest.length > 0 && spellsUndefined(value, rest.join('.')))
}
