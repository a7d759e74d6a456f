import type { Change } from './change.ts'

/** Names from which on the log asks to be swept. */
const capacity = 10_000

/**
 * The order of reads and invalidations, so that what was read before an invalidation is not kept after it. A read takes a
 * ticket before it asks Redis. Which of its tags a value carries is known only when it arrives, so the log remembers what
 * was invalidated since.
 */
export class InvalidationLog {
  /** Number of the last invalidation. */
  #last = 0
  /** Tickets below this are void, whatever they are for. */
  #sweptAt = 0
  #open = 0
  readonly #keys = new Map<string, number>()
  readonly #tags = new Map<string, number>()

  /** Takes a ticket; give it back with {@link close}. */
  open(): number {
    this.#open += 1
    return this.#last
  }

  close(): void {
    this.#open -= 1
    // Only open tickets ask for keys; tags are asked for by entries too.
    if (this.#open === 0) this.#keys.clear()
  }

  /** Whether it remembers so many names that it should be swept. */
  get isFull(): boolean {
    return this.#keys.size + this.#tags.size > capacity
  }

  /** Remembers single names. */
  note({ keys, tags }: Pick<Change, 'keys' | 'tags'>): void {
    this.#last += 1
    if (this.#open > 0) for (const key of keys) this.#keys.set(key, this.#last)
    for (const tag of tags) this.#tags.set(tag, this.#last)
  }

  /** Voids every open ticket and forgets all names: nothing must be left that was read before one of them. */
  sweep(): void {
    this.#last += 1
    this.#sweptAt = this.#last
    this.#keys.clear()
    this.#tags.clear()
  }

  /** Whether nothing came between: since the ticket was taken, neither the key nor one of the tags was invalidated. */
  allows(ticket: number, key: string, tags: readonly string[]): boolean {
    return ticket >= this.#sweptAt && !((this.#keys.get(key) ?? 0) > ticket) && this.allowsTags(ticket, tags)
  }

  /** Whether none of the tags was invalidated since the ticket was taken. */
  allowsTags(ticket: number, tags: readonly string[]): boolean {
    if (this.#tags.size === 0) return true
    for (const tag of tags) if ((this.#tags.get(tag) ?? 0) > ticket) return false
    return true
  }
}
