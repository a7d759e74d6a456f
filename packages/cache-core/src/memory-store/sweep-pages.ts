import { setImmediate } from 'node:timers/promises'
import { globMatcher } from './glob.ts'

/** Names that are looked at before others may run. */
const pageSize = 500

/** The names that fit the glob, page by page; between two pages whatever waits may run. */
export async function* sweepPages(names: readonly string[], glob: string): AsyncIterable<string[]> {
  const matches = globMatcher(glob)
  for (let start = 0; start < names.length; start += pageSize) {
    if (start > 0) await setImmediate()
    yield names.slice(start, start + pageSize).filter(matches)
  }
}
