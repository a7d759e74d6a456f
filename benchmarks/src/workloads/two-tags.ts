/** A tag that all entries have, and one that each hundredth has. */
export function twoTags(id: string): string[] {
  return ['videos', `owner:${String(Number(id) % 100)}`]
}
