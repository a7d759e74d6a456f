import { setImmediate } from 'node:timers/promises'

import type { ResumeToken } from './resume-token.ts'
import type { StreamEvent } from './stream-event.ts'

/** What is used of the driver's change stream. */
export interface NativeStream {
  readonly resumeToken: unknown
  next(): Promise<unknown>
  once(event: 'resumeTokenChanged', listener: () => void): unknown
  close(): Promise<void>
}

/** How many events are handled as one. */
const batchSize = 1000

/** Reads a change stream in batches of what is there, and knows up to where all has been handled. */
export class EventReader {
  readonly #stream: NativeStream
  #pending: Promise<StreamEvent> | undefined
  /** Whether the pending event is there. */
  #arrived = false
  #handling = false
  #position: ResumeToken | undefined

  constructor(stream: NativeStream, position?: ResumeToken) {
    this.#stream = stream
    this.#position = position
  }

  /** Waits until the server has the stream: every later change will be read. */
  async open(): Promise<void> {
    const opened = new Promise<void>((resolve) => {
      this.#stream.once('resumeTokenChanged', () => {
        resolve()
      })
    })
    await Promise.race([opened, this.#next()])
  }

  /** All before it is handled. Moves on while nothing happens, too, so that it stays within the server's history. */
  get position(): ResumeToken | undefined {
    const { resumeToken } = this.#stream
    if (!this.#arrived && !this.#handling && resumeToken) this.#position = resumeToken as ResumeToken
    return this.#position
  }

  /** The next events, at least one; at most up to the end of the stream. */
  async read(): Promise<StreamEvent[]> {
    const events = [await this.#next()]
    this.#consume()
    while (events.length < batchSize && events.at(-1)?.operationType !== 'invalidate') {
      const event = await Promise.race([this.#next(), setImmediate()])
      if (event === undefined) break
      this.#consume()
      events.push(event)
    }
    return events
  }

  /** Says that all up to this event is handled. */
  handled(last: StreamEvent): void {
    this.#position = last._id
    this.#handling = false
  }

  close(): Promise<void> {
    return this.#stream.close()
  }

  #consume(): void {
    this.#pending = undefined
    this.#arrived = false
    this.#handling = true
  }

  #next(): Promise<StreamEvent> {
    if (this.#pending === undefined) {
      this.#pending = this.#stream.next() as Promise<StreamEvent>
      this.#pending.then(
        () => {
          this.#arrived = true
        },
        () => undefined,
      )
    }
    return this.#pending
  }
}
