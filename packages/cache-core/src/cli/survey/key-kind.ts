import { decodeSlot, type Slot } from '../../envelope/slot.ts'
import type { KeyNames } from '../../store/key-names.ts'

/** What a key of a namespace is. */
export type KeyKind =
  | 'entry'
  /** Somebody loads an entry. */
  | 'lease'
  /** An entry or a lease of a later format. */
  | 'later'
  | 'counter'
  /** Deltas of counters that are on their way to their source. */
  | 'batch'
  /** When a tag was last invalidated. */
  | 'marker'
  /** The namespace's generation, and the epoch that holds. */
  | 'generation'
  /** A writer's barrier. */
  | 'barrier'
  /** Nothing of this package. */
  | 'other'

/** What to call the kinds, and their order. */
export const kindTitles: Readonly<Record<KeyKind, string>> = {
  entry: 'entry',
  lease: 'lease',
  later: 'later format',
  counter: 'counter',
  batch: 'counter deltas',
  marker: 'tag marker',
  generation: 'generation',
  barrier: 'barrier',
  other: 'other',
}

/** Whether a sweep by pattern or `'all'` removes keys of that kind. */
export function isSwept(kind: KeyKind): boolean {
  return kind === 'entry' || kind === 'lease' || kind === 'later'
}

/** What is known of a key before it is called something. */
export interface RawKey {
  readonly name: string
  /** What TYPE answers. */
  readonly type: string
  /** Text of a string key, or its beginning. */
  readonly head: string
}

/** What a key is, by its name and its beginning, and what it says of itself. */
export function recognise(names: KeyNames, { name, type, head }: RawKey): { kind: KeyKind; slot?: Slot } {
  if (names.key(name) === undefined) return { kind: helperKind(names, name) }
  if (type !== 'string') return { kind: 'other' }
  if (/^[VL]\d/.test(head) && head.length >= 30) {
    const slot = decodeSlot(head)
    if (slot.kind === 'foreign') return { kind: 'later', slot }
    return { kind: head.startsWith('L') ? 'lease' : 'entry', slot }
  }
  return { kind: /^-?\d{1,16}$/.test(head) ? 'counter' : 'other' }
}

function helperKind(names: KeyNames, name: string): KeyKind {
  if (name === names.generation) return 'generation'
  if (name.startsWith(names.marker(''))) return 'marker'
  if (name.startsWith(names.helper('counter:'))) return 'batch'
  return name.startsWith(`{${names.prefix}`) && name.endsWith('}:w') ? 'barrier' : 'other'
}
