import { LRUCache } from 'lru-cache'
import type { ResolvedMemoryLimits } from '../memory/memory-limits.ts'
import { textBytes } from '../memory/own-payload.ts'

interface Held {
  readonly text: string
  readonly expiresAt: number
}

/** What an entry takes beside its texts: its place in the index, and what holds them. */
const upkeepBytes = 150

/** Texts by name, each until its time is over; the least recently used give way when there are too many or too much. */
export class MemorySlots {
  readonly #held: LRUCache<string, Held>
  readonly #now: () => number
  #evictions = 0

  constructor({ maxEntries, maxBytes }: ResolvedMemoryLimits, now: () => number) {
    this.#now = now
    this.#held = new LRUCache<string, Held>({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: ({ text }, name) => textBytes(text) + textBytes(name) + upkeepBytes,
      dispose: (_held, _name, reason) => {
        if (reason === 'evict') this.#evictions += 1
      },
    })
  }

  get(name: string): string | null {
    return this.#look(name)?.text ?? null
  }

  /** Keeps a text for so long. A text that has no room is not kept, and nothing else stays in its place: then `false`. */
  set(name: string, text: string, lifeMs: number): boolean {
    this.#held.set(name, { text, expiresAt: this.#now() + lifeMs })
    return this.#held.has(name)
  }

  /** Replaces a text that is there, which then lives on for as long as it did, or at least so long. */
  replace(name: string, text: string, leastMs = 0): void {
    const held = this.#look(name)
    if (held === undefined) return
    this.#held.set(name, { text, expiresAt: Math.max(held.expiresAt, this.#now() + leastMs) })
  }

  /** Whether there was one. */
  delete(name: string): boolean {
    return this.#look(name) !== undefined && this.#held.delete(name)
  }

  names(): string[] {
    return [...this.#held.keys()]
  }

  get usage(): { readonly entries: number; readonly bytes: number; readonly evictions: number } {
    return { entries: this.#held.size, bytes: this.#held.calculatedSize, evictions: this.#evictions }
  }

  #look(name: string): Held | undefined {
    const held = this.#held.get(name)
    if (held === undefined || this.#now() < held.expiresAt) return held
    this.#held.delete(name)
    return undefined
  }
}
