import type { ParsedTemplate } from '../keys/template.ts'
import type { KeyNames } from '../store/key-names.ts'

/** Names in Redis of what belongs to one kind of counter. */
export interface CounterKeys {
  readonly live: string
  readonly batch: string
  readonly last: string
}

/** Helper keys of a counter: its template without braces names them. */
export function counterKeys(names: KeyNames, parsed: ParsedTemplate): CounterKeys {
  const base = names.helper(`counter:${parsed.template.replace(/[{}[\]]/g, '')}`)
  return { live: `${base}:live`, batch: `${base}:batch`, last: `${base}:last` }
}
