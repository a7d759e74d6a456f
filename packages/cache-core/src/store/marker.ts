/** Digits of a generation. */
const generationLength = 16

/**
 * Whether an entry, or a load, of that generation is good by its tags: every marker is there, and none was invalidated
 * since. A marker holds the generations of its last hard and its last soft invalidation; the hard one stands first.
 */
export function markersAllow(markers: readonly (string | null)[], generation: number): boolean {
  for (const marker of markers) {
    if (marker === null || !(Number(marker.slice(0, generationLength)) <= generation)) return false
  }
  return true
}
