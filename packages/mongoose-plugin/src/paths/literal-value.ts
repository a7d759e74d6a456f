import { isWithin, overlaps, withoutPositions } from './overlap.ts'
import type { UpdateDocument } from './touched-paths.ts'
import { spellsUndefined, valueAt } from './value-at.ts'

/** What an update makes of one path: leaves it, sets it to a value that the call spells out, or something else. */
export type Literal =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'computed' }

const untouched: Literal = { kind: 'untouched' }
const computed: Literal = { kind: 'computed' }

/** What `update` makes of the value at `path`, as far as the update itself tells. */
export function literalValue(update: UpdateDocument, path: string): Literal {
  if (Array.isArray(update)) return computed
  let found: Literal = untouched
  for (const [operator, fields] of Object.entries(update as Readonly<Record<string, unknown>>)) {
    if (operator === '$setOnInsert') continue
    if (!operator.startsWith('$') || typeof fields !== 'object' || fields === null) return computed
    for (const [written, argument] of Object.entries(fields)) {
      const renamesTo = operator === '$rename' && typeof argument === 'string' && overlaps(argument, path)
      if (!renamesTo && !overlaps(withoutPositions(written), path)) continue
      if (found.kind !== 'untouched' || renamesTo) return computed
      found = literalOf(operator, { written, argument, path })
    }
  }
  return found
}

function literalOf(
  operator: string,
  { written, argument, path }: { written: string; argument: unknown; path: string },
): Literal {
  if (!isWithin(path, written) || withoutPositions(written) !== written) return computed
  // Below an array MongoDB unsets nothing.
  if (operator === '$unset') return written.includes('.') ? computed : { kind: 'value', value: undefined }
  if (operator !== '$set') return computed
  if (path === written) return argument === undefined ? computed : { kind: 'value', value: argument }
  const below = path.slice(written.length + 1)
  return spellsUndefined(argument, below) ? computed : { kind: 'value', value: valueAt(argument, below) }
}
