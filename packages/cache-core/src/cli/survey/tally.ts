import type { KeyFacts } from './key-facts.ts'

/** What some keys come to. */
export interface Tally {
  keys: number
  /** Bytes of memory; 0 where the server does not tell. */
  memory: number
  shortestTtlMs: number
  longestTtlMs: number
  withoutTtl: number
}

export function createTally(): Tally {
  return { keys: 0, memory: 0, shortestTtlMs: Infinity, longestTtlMs: 0, withoutTtl: 0 }
}

/** Adds one key. */
export function addKey(tally: Tally, { memory = 0, ttlMs }: KeyFacts): void {
  const withoutTtl = ttlMs === Infinity ? 1 : 0
  addTally(tally, {
    keys: 1,
    memory,
    shortestTtlMs: ttlMs,
    longestTtlMs: withoutTtl === 1 ? 0 : ttlMs,
    withoutTtl,
  })
}

/** Adds what others come to. */
export function addTally(into: Tally, from: Tally): void {
  into.keys += from.keys
  into.memory += from.memory
  into.shortestTtlMs = Math.min(into.shortestTtlMs, from.shortestTtlMs)
  into.longestTtlMs = Math.max(into.longestTtlMs, from.longestTtlMs)
  into.withoutTtl += from.withoutTtl
}
