import type { Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { LinkFaults } from './faults.ts'

interface Parcel {
  dueAt: number
  /** The bytes, or the end that follows them. */
  content: Buffer | 'end' | 'reset'
}

/** Bytes that are held before the sender is kept waiting. */
const mostHeld = 65_536

/** One direction of a connection: hands on what it is given, in order, with the faults of the moment. */
export class Link {
  readonly #from: Socket
  readonly #to: Socket
  readonly #faults: () => LinkFaults
  readonly #reset: () => void
  readonly #parcels: Parcel[] = []
  #held = 0
  #passed = 0
  #running = false

  constructor(sockets: { from: Socket; to: Socket }, faults: () => LinkFaults, reset: () => void) {
    this.#from = sockets.from
    this.#to = sockets.to
    this.#faults = faults
    this.#reset = reset
  }

  /** Hands on bytes, or after all that was given before, an end or a reset of the connection. */
  send(content: Buffer | 'end' | 'reset'): void {
    this.#parcels.push({ dueAt: performance.now() + (this.#faults().latencyMs ?? 0), content })
    if (typeof content !== 'string') this.#held += content.length
    if (this.#held > mostHeld) this.#from.pause()
    this.wake()
  }

  /** Goes on after the faults have changed. */
  wake(): void {
    if (this.#running) return
    this.#running = true
    void this.#run()
  }

  async #run(): Promise<void> {
    for (let parcel = this.#next(); parcel !== undefined; parcel = this.#next()) {
      const waitMs = parcel.dueAt - performance.now()
      if (waitMs > 0) {
        await sleep(waitMs)
        continue
      }
      this.#parcels.shift()
      if (parcel.content === 'reset') this.#reset()
      else if (parcel.content === 'end') this.#to.end()
      else await this.#pass(parcel.content)
    }
    this.#running = false
  }

  #next(): Parcel | undefined {
    return this.#to.destroyed || this.#faults().blackHole === true ? undefined : this.#parcels[0]
  }

  /** Passes as much as may go at once and puts the rest back. */
  async #pass(bytes: Buffer): Promise<void> {
    const { sliceBytes = Infinity, bytesPerSecond = Infinity, limitBytes = Infinity } = this.#faults()
    const fitting = Math.min(
      bytes.length,
      sliceBytes,
      Math.ceil(bytesPerSecond / 20),
      limitBytes - this.#passed,
    )
    if (fitting <= 0) {
      this.#reset()
      return
    }
    this.#passed += fitting
    this.#held -= fitting
    if (this.#held <= mostHeld) this.#from.resume()
    await new Promise<void>((resolve) => this.#to.write(bytes.subarray(0, fitting), () => resolve()))
    if (fitting < bytes.length) this.#parcels.unshift({ dueAt: 0, content: bytes.subarray(fitting) })
    const pauseMs = (fitting / bytesPerSecond) * 1000
    if (pauseMs > 0) await sleep(pauseMs)
    // Else the operating system would put the slices together again.
    else if (fitting === sliceBytes) await nextTurn()
  }
}
