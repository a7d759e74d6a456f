import type { KeyNames } from '../../store/key-names.ts'

/** Which names to go through. */
export interface NameSearch {
  /** What SCAN is to match. */
  readonly glob: string
  /** Whether a name that it matched is meant. */
  readonly isMeant: (name: string) => boolean
}

/** All names of a namespace, helper keys that begin with a hash tag included. */
export function allNames({ prefix }: KeyNames): NameSearch {
  const [bare, tagged] = [prefix, `{${prefix}`]
  // One glob for both beginnings, since each pass goes through the whole server.
  return { glob: `*${prefix}*`, isMeant: (name) => name.startsWith(bare) || name.startsWith(tagged) }
}

/** Names of entries that fit a pattern. */
export function entryNames({ prefix }: KeyNames, pattern = '*'): NameSearch {
  return { glob: prefix + pattern, isMeant: () => true }
}
