import { overlaps } from '../paths/overlap.ts'
import type { Fields } from '../writes/write-operation.ts'

/** Whether a projection leaves the values at these paths whole. One that adds or reshapes anything is not believed. */
export function showsPaths(projection: unknown, paths: readonly string[]): boolean {
  const fields = Object.entries((projection ?? {}) as Fields)
  const excludes = fields.every(([, shown]) => shown === 0 || shown === false)
  return excludes && !fields.some(([hidden]) => paths.some((path) => overlaps(hidden, path)))
}

/** Whether a projection leaves out the `_id`. */
export function hidesId(projection: unknown): boolean {
  const { _id } = (projection ?? {}) as Fields
  return _id === 0 || _id === false
}
