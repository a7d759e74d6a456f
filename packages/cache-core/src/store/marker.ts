import { numberAt } from '../envelope/slot.ts'

/** Digits of a generation. */
const generationLength = 16

function hardOf(marker: string): number {
  return numberAt(marker, 0, generationLength)
}

function softOf(marker: string): number {
  return numberAt(marker, generationLength + 1, 2 * generationLength + 1)
}

/**
 * Whether a load of that generation is good by its tags: every marker is there, and no invalidation, hard or soft, came
 * since. A marker holds the generations of its tag's last hard and last soft invalidation, in this order.
 */
export function markersAllow(markers: readonly (string | null)[], generation: number): boolean {
  for (const marker of markers) {
    if (marker === null || !(hardOf(marker) <= generation && softOf(marker) <= generation)) return false
  }
  return true
}

/**
 * What its tags say of a stored value of that generation: `-1` that it must not be used at all (a marker is missing, or a
 * tag was invalidated), `0` nothing, and otherwise the generation of the first soft invalidation that came since.
 */
export function staleSince(markers: readonly (string | null)[], generation: number): number {
  let since = 0
  for (const marker of markers) {
    if (marker === null || !(hardOf(marker) <= generation)) return -1
    const soft = softOf(marker)
    if (!(soft > generation)) continue
    // Only the last one is known; an earlier one may have begun the staleness, so this is its latest possible start.
    since = since === 0 ? soft : Math.min(since, soft)
  }
  return since
}
