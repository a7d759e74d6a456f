/**
 * Freezes a value of plain objects and arrays, all the way down. Returns `false`, and may leave parts of it frozen, for one
 * that holds anything else: a Date, a Map or bytes can be changed although they are frozen.
 */
export function freezeDeep(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false
  Object.freeze(value)
  return Object.values(value).every((item) => freezeDeep(item))
}
