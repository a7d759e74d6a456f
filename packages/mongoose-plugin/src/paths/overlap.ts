/** Whether `path` is `parent` or lies below it. */
export function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`)
}

/** Whether writing one of the paths can change the value at the other. */
export function overlaps(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one)
}

/** The part of an update path before its first array position (`items.$[].name`, `items.0`). */
export function withoutPositions(path: string): string {
  const parts = path.split('.')
  const position = parts.findIndex((part, index) => index > 0 && (part.startsWith('$') || /^\d+$/.test(part)))
  return position === -1 ? path : parts.slice(0, position).join('.')
}
