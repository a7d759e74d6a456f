import type { ChangeExactness, ChangeOperation } from '../change.ts'
import type { Image } from '../images/image.ts'
import type { TouchedPaths } from '../paths/touched-paths.ts'

/** One document that a write changed, before it is told to a registration. */
export interface Effect {
  readonly op: ChangeOperation
  /** In an array, because an id may be any value; empty when it is not known. */
  readonly id: readonly [] | readonly [unknown]
  readonly touched: TouchedPaths
  readonly before?: Image
  readonly after?: Image
  /** What the call spelled out, for registrations that want no reads. */
  readonly literal?: Image
  /** For a registration whose watched fields were touched. */
  readonly exactness: ChangeExactness
  /** For one whose watched fields were not. */
  readonly identity: ChangeExactness
}

/** A change of documents that are not known. */
export function unknownEffect(op: ChangeOperation, touched: TouchedPaths): Effect {
  return { op, id: [], touched, exactness: 'none', identity: 'none' }
}
