const bounds: readonly (readonly [belowMs: number, title: string])[] = [
  [10_000, 'under 10 s'],
  [60_000, 'under 1 m'],
  [600_000, 'under 10 m'],
  [3_600_000, 'under 1 h'],
  [86_400_000, 'under 1 d'],
  [Infinity, '1 d or more'],
]

const noTtl = 'no TTL'

/** How many keys have how long to live yet. */
export class TtlHistogram {
  readonly #counts = new Map<string, number>(
    [...bounds.map(([, title]) => title), noTtl].map((title) => [title, 0]),
  )

  add(ttlMs: number): void {
    const title = ttlMs === Infinity ? noTtl : bounds.find(([below]) => ttlMs < below)?.[1]
    if (title !== undefined) this.#counts.set(title, (this.#counts.get(title) ?? 0) + 1)
  }

  /** From the shortest on, those without a TTL last. */
  get counts(): readonly (readonly [title: string, keys: number])[] {
    return [...this.#counts]
  }
}
