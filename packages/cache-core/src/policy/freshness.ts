import type { ResolvedPolicy } from './policy.ts'

/**
 * Where a value is on its way from its load to its end: `fresh`; `revalidate`: served stale while it is loaded again;
 * `ifError`: served stale only if that fails; `gone`.
 */
export type Phase = 'fresh' | 'revalidate' | 'ifError' | 'gone'

/** The phase at `nowMs` of a value that went, or goes, stale at `staleAtMs`. */
export function phaseAt(nowMs: number, staleAtMs: number, policy: ResolvedPolicy): Phase {
  if (nowMs < staleAtMs) return 'fresh'
  const staleMs = nowMs - staleAtMs
  if (staleMs < policy.staleWhileRevalidateMs) return 'revalidate'
  return staleMs < policy.staleIfErrorMs ? 'ifError' : 'gone'
}

/** When a fresh value was stored, when it goes stale, and how long its load took; in ms. */
export interface Lifetime {
  readonly storedAt: number
  readonly freshUntil: number
  readonly loadCostMs: number
}

/** Whether a fresh value should be loaded again now, ahead of its expiry; `random` is in [0, 1). */
export function isEarly(
  nowMs: number,
  { storedAt, freshUntil, loadCostMs }: Lifetime,
  { earlyRefresh, random }: { readonly earlyRefresh: 'xfetch' | number | false; readonly random: number },
): boolean {
  if (earlyRefresh === false || freshUntil === Infinity) return false
  if (earlyRefresh === 'xfetch') return nowMs - loadCostMs * Math.log(1 - random) >= freshUntil
  return nowMs >= storedAt + earlyRefresh * (freshUntil - storedAt)
}

/** From a distance of this many load times `'xfetch'` may load again one read in twenty, and ever more. */
const xfetchReach = 3

/** From when on each read of a fresh value may be the one that loads it again, so that it has to come to Redis. */
export function earlyFrom(
  { storedAt, freshUntil, loadCostMs }: Lifetime,
  earlyRefresh: 'xfetch' | number | false,
): number {
  if (earlyRefresh === false || freshUntil === Infinity) return freshUntil
  if (earlyRefresh === 'xfetch') return freshUntil - xfetchReach * loadCostMs
  return storedAt + earlyRefresh * (freshUntil - storedAt)
}
