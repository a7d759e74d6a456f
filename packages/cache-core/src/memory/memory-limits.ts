import { CacheConfigError } from '../errors.ts'

/** How much memory may hold; beyond it the least recently used entries give way. */
export interface MemoryLimits {
  /** Most entries. @defaultValue `10_000` */
  readonly maxEntries?: number
  /** Most bytes that keys, values and their upkeep take together, as this package reckons them. @defaultValue 64 MiB */
  readonly maxBytes?: number
}

/** {@link MemoryLimits} with the defaults applied. */
export type ResolvedMemoryLimits = Required<MemoryLimits>

/** More would be reserved in vain: room for the index of all entries is taken at the start. */
const mostEntries = 10_000_000

/** Checks the limits and applies the defaults. @throws {CacheConfigError} naming the bad one. */
export function resolveMemoryLimits(limits: MemoryLimits): ResolvedMemoryLimits {
  checkMemoryOptions(limits, ['maxEntries', 'maxBytes'])
  const { maxEntries = 10_000, maxBytes = 64 * 2 ** 20 } = limits
  if (!Number.isInteger(maxEntries) || maxEntries < 1 || maxEntries > mostEntries)
    throw new CacheConfigError('memory.maxEntries', `must be a whole number from 1 to ${mostEntries}`)
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new CacheConfigError('memory.maxBytes', 'must be a whole number of bytes, at least 1')
  return { maxEntries, maxBytes }
}

/** @throws {CacheConfigError} for what is no object of these options. */
export function checkMemoryOptions(memory: unknown, known: readonly string[]): void {
  if (typeof memory !== 'object' || memory === null)
    throw new CacheConfigError('memory', 'must be an object of options, or false')
  const unknown = Object.keys(memory).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new CacheConfigError(`memory.${unknown}`, `is not an option; known are ${known.join(', ')}`)
}
