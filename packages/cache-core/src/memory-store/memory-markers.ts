import { digits } from '../envelope/slot.ts'
import type { InvalidationMode } from '../store/entry-store.ts'

/** Tags whose last invalidation is remembered one by one. */
const capacity = 10_000

interface Marker {
  readonly hard: number
  readonly soft: number
}

/**
 * The namespace's generation and the markers of its tags. A marker is kept only for a tag that was invalidated: nothing gets
 * lost here, so one that is missing says that its tag was not. Of the tags that were invalidated longest ago only the
 * generation is kept, once for all of them: it stands for every tag that has no marker, so that what was loaded before it
 * is stale, rightly or not.
 */
export class MemoryMarkers {
  readonly #nowMs: () => number
  readonly #markers = new Map<string, Marker>()
  #generation: number
  #forgotten: Marker

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
    this.#generation = this.#microseconds()
    this.#forgotten = { hard: this.#generation, soft: this.#generation }
  }

  get generation(): number {
    return this.#generation
  }

  /** The marker's text, as Redis has it. */
  text(tag: string): string {
    const { hard, soft } = this.#markers.get(tag) ?? this.#forgotten
    return `${digits(hard, 16)} ${digits(soft, 16)}`
  }

  invalidate(tags: readonly string[], mode: InvalidationMode): void {
    this.#generation = Math.max(this.#generation + 1, this.#microseconds())
    const soft = this.#generation
    for (const tag of tags) {
      const { hard } = this.#markers.get(tag) ?? this.#forgotten
      this.#markers.delete(tag)
      this.#markers.set(tag, { hard: mode === 'soft' ? hard : soft, soft })
    }
    this.#forgetOldest()
  }

  #forgetOldest(): void {
    for (const [tag, { soft }] of this.#markers) {
      if (this.#markers.size <= capacity) return
      this.#markers.delete(tag)
      this.#forgotten = { hard: soft, soft }
    }
  }

  #microseconds(): number {
    return Math.round(this.#nowMs() * 1000)
  }
}
