/** Life of a marker that no entry needs yet. */
export const idleMarkerMs = 3_600_000

/** What generation and markers outlive their entries by, so that no entry is judged by a marker that has just lapsed. */
const marginMs = 60_000

/** A life as a script takes it: 0 for ever. */
export function scriptMs(lifeMs: number): number {
  return lifeMs === Infinity ? 0 : Math.max(1, Math.ceil(lifeMs))
}

/** Life that markers need for an entry that lives `lifeMs`. */
export function markerMs(lifeMs: number): number {
  return lifeMs === Infinity ? 0 : Math.ceil(lifeMs) + marginMs
}
