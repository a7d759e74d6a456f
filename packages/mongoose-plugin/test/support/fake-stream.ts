import { EventEmitter } from 'node:events'

import type { NativeStream } from '../../src/stream/event-reader.ts'
import type { StreamEvent } from '../../src/stream/stream-event.ts'

/** A change stream that tells what it is told to. */
export class FakeStream extends EventEmitter implements NativeStream {
  resumeToken: unknown
  closed = false
  readonly #results: (StreamEvent | Error)[] = []
  #waiting: (() => void) | undefined

  constructor(position: string) {
    super()
    this.resumeToken = { _data: position }
  }

  /** As the server's first answer when there is nothing to tell. */
  open(): void {
    this.emit('resumeTokenChanged', this.resumeToken)
  }

  push(...results: (StreamEvent | Error)[]): void {
    this.#results.push(...results)
    this.#waiting?.()
  }

  async next(): Promise<unknown> {
    while (this.#results.length === 0) {
      if (this.closed) throw new Error('ChangeStream is closed')
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
    const result = this.#results.shift()
    if (result instanceof Error) throw result
    this.resumeToken = result?._id
    return result
  }

  async close(): Promise<void> {
    this.closed = true
    this.#waiting?.()
  }
}
