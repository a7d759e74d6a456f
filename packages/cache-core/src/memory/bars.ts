import type { Change } from './change.ts'

/** What invalidations and writes of this process are about to change: it is not kept until they are done. */
export class Bars {
  readonly #keys = new Map<string, number>()
  readonly #tags = new Map<string, number>()
  #all = 0

  raise({ keys, tags, all }: Change): void {
    for (const key of keys) this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1)
    for (const tag of tags) this.#tags.set(tag, (this.#tags.get(tag) ?? 0) + 1)
    if (all) this.#all += 1
  }

  lift({ keys, tags, all }: Change): void {
    for (const key of keys) lower(this.#keys, key)
    for (const tag of tags) lower(this.#tags, tag)
    if (all) this.#all -= 1
  }

  /** Whether one stands before the entry. */
  stand(key: string, tags: readonly string[]): boolean {
    if (this.#all > 0 || this.#keys.has(key)) return true
    return this.#tags.size > 0 && tags.some((tag) => this.#tags.has(tag))
  }
}

function lower(counts: Map<string, number>, name: string): void {
  const left = (counts.get(name) ?? 0) - 1
  if (left > 0) counts.set(name, left)
  else counts.delete(name)
}
