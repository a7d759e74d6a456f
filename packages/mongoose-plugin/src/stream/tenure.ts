import type { Clock } from '@vidnest/cache-core'

import { EventReader, type NativeStream } from './event-reader.ts'
import type { StreamGap } from './gap.ts'
import type { Leadership } from './leadership.ts'
import { Pauses } from './pauses.ts'
import type { ResumeToken } from './resume-token.ts'
import type { StreamInvalidation } from './stream-invalidation.ts'

/** What following a change stream takes. */
export interface FollowOptions {
  readonly leadership: Leadership
  readonly invalidation: StreamInvalidation
  /** Opens the stream after a position, or from now. */
  readonly watch: (after: ResumeToken | undefined) => NativeStream
  readonly clock: Clock
  /** How often the lead is asked for, and kept. */
  readonly everyMs: number
  readonly onGap: (gap: StreamGap) => void
  readonly onError: (error: unknown) => void
}

/** Where a tenure begins: after a position, or behind a gap. */
export type Beginning = { readonly position: ResumeToken } | { readonly gap: StreamGap }

/**
 * The time in which this process has the lead. It invalidates first and notes the position afterwards: a leader that dies
 * between the two makes the next one repeat something, never miss it.
 */
export class Tenure {
  readonly #options: FollowOptions
  readonly #beginning: Beginning
  readonly #reader: EventReader
  readonly #collections: string
  readonly #pauses: Pauses
  #over = false
  /** Whether what was missed before the reader's position has been dealt with. */
  #caughtUp = false
  #keeping: Promise<void>

  constructor(options: FollowOptions, beginning: Beginning) {
    this.#options = options
    this.#beginning = beginning
    const position = 'position' in beginning ? beginning.position : undefined
    this.#reader = new EventReader(options.watch(position), position)
    this.#collections = options.invalidation.collections.join('\n')
    this.#pauses = new Pauses(options.clock)
    this.#keeping = this.#keepLead()
  }

  /** Follows the stream until {@link end}, the loss of the lead, or the stream's own end. */
  async follow(onOpen: () => void): Promise<void> {
    try {
      await this.#open()
      onOpen()
      while (!this.#over) {
        if (await this.#handleNext()) return
      }
    } catch (error) {
      if (!this.#over) throw error
    } finally {
      await this.#finish()
    }
  }

  /** Ends it after the events in hand. */
  end(): void {
    this.#over = true
    this.#pauses.end()
    this.#reader.close().catch(() => undefined)
  }

  async #open(): Promise<void> {
    await this.#reader.open()
    if ('gap' in this.#beginning) {
      await this.#insist(() => this.#options.invalidation.sweep())
      this.#options.onGap(this.#beginning.gap)
    }
    this.#caughtUp = true
    await this.#note()
  }

  /** @returns whether that was the end of the stream. */
  async #handleNext(): Promise<boolean> {
    const { invalidation, onGap } = this.#options
    const events = await this.#reader.read()
    const last = events.at(-1)
    if (last === undefined) return false
    const ended = last.operationType === 'invalidate'
    const invalidate = ended ? () => invalidation.sweep() : await invalidation.prepare(events)
    await this.#insist(invalidate)
    this.#reader.handled(last)
    if (ended) onGap('database-dropped')
    await this.#note()
    return ended
  }

  async #insist(invalidate: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await invalidate()
        return
      } catch (error) {
        if (this.#over) throw error
        this.#options.onError(error)
        await this.#pauses.pause(this.#options.everyMs)
      }
    }
  }

  /** Keeps the lead; a Redis that does not answer takes nothing away, since two leaders only do the work twice. */
  async #note(): Promise<void> {
    try {
      const turn = await this.#options.leadership.take(this.#position)
      if (!turn.leads) this.end()
    } catch (error) {
      this.#options.onError(error)
    }
  }

  async #keepLead(): Promise<void> {
    const { everyMs, invalidation } = this.#options
    for (;;) {
      await this.#pauses.pause(everyMs)
      if (this.#over) return
      // Models that came since are not in the stream's filter: it is opened anew.
      if (invalidation.collections.join('\n') !== this.#collections) this.end()
      else await this.#note()
    }
  }

  get #position(): ResumeToken | undefined {
    return this.#caughtUp ? this.#reader.position : undefined
  }

  async #finish(): Promise<void> {
    this.end()
    await this.#keeping
    await this.#reader.close().catch(() => undefined)
    await this.#options.leadership.giveUp(this.#position).catch(() => undefined)
  }
}
