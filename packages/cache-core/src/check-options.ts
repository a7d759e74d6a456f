import { CacheConfigError } from './errors.ts'

/** @throws {CacheConfigError} naming the first option that is not known: a misspelt one must not be silently ignored. */
export function checkOptions(options: unknown, known: readonly string[], path: string): void {
  if (typeof options !== 'object' || options === null)
    throw new CacheConfigError(path, 'must be an object of options')
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new CacheConfigError(unknown, `is not an option; known are ${known.join(', ')}`)
}
