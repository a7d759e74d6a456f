const capacity = 10_000

/**
 * The tags that the values of keys last carried beyond those known before their load: with them a hit needs one round trip
 * where it would take two. Forgetting costs that round trip and nothing else; it keeps the last 10,000 keys.
 */
export class TagMemory {
  readonly #tags = new Map<string, readonly string[]>()

  remember(key: string, tags: readonly string[]): void {
    this.#tags.delete(key)
    this.#tags.set(key, tags)
    if (this.#tags.size <= capacity) return
    const [oldest] = this.#tags.keys()
    if (oldest !== undefined) this.#tags.delete(oldest)
  }

  /** The given tags, and after them the remembered ones that are not among them. */
  join(key: string, known: readonly string[]): readonly string[] {
    if (this.#tags.size === 0) return known
    const remembered = this.#tags.get(key)
    if (remembered === undefined) return known
    return [...known, ...remembered.filter((tag) => !known.includes(tag))]
  }
}
