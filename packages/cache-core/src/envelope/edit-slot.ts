import { digits, never, noRefresh } from './slot.ts'

// What the scripts do to a slot in place, for stores without scripts. The offsets are those of the table in slot.ts.

/** The text of a lease. */
export function leaseText(token: string, generation: number): string {
  return `L1${token}${digits(generation, 16)}`
}

/** A value under a lease for its refresh, which lapses at `untilMs`. */
export function withRefresh(value: string, token: string, untilMs: number): string {
  return `${value.slice(0, 30)}${token}${digits(untilMs, 13)}${value.slice(55)}`
}

/** A value whose refresh was given up. */
export function withoutRefresh(value: string): string {
  return `${value.slice(0, 30)}${noRefresh}${value.slice(55)}`
}

/** A value that was invalidated softly at `nowMs`; its new token voids what was judged or begun under the old one. */
export function softened(value: string, token: string, nowMs: number): string {
  const now = digits(nowMs, 13)
  const freshUntil = value.slice(76, 89)
  // Fixed width, so text order is number order.
  const staleAt = freshUntil > now ? now : freshUntil
  return (
    `${value.slice(0, 2)}${token}${value.slice(14, 30)}${noRefresh}${value.slice(55, 76)}${staleAt}` +
    `${value.slice(89, 101)}s${value.slice(102)}`
  )
}

/** A value that stops being fresh at another time, which may be `Infinity`. */
export function withFreshUntil(value: string, untilMs: number): string {
  return `${value.slice(0, 76)}${digits(Math.min(untilMs, never), 13)}${value.slice(89)}`
}
