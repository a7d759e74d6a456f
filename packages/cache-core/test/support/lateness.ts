import { Worker } from 'node:worker_threads'

/** How late timers were, up to now, in milliseconds. */
export interface Lateness {
  /** Those of this process' event loop: whatever it waits for may have arrived meanwhile. */
  readonly loopMs: number
  /** Those of a thread that does nothing else: then the machine keeps others waiting too, servers among them. */
  readonly machineMs: number
}

/** How long something took, and how late timers were meanwhile. */
export interface Measured {
  readonly elapsedMs: number
  /** What the event loop was late of it. */
  readonly loopMs: number
  /** The most that the event loop or the machine was late. */
  readonly lateMs: number
}

const intervalMs = 10
/** Lateness of a timer that is not yet a wait. */
const tolerableMs = 2

const witness = `
const { workerData } = require('node:worker_threads')
const sum = new Float64Array(workerData)
let last = performance.now()
setInterval(() => {
  const now = performance.now()
  const lateMs = now - last - ${String(intervalMs)}
  if (lateMs > ${String(tolerableMs)}) sum[0] += lateMs
  sum[1] = performance.timeOrigin + now
  last = now
}, ${String(intervalMs)})
`

/** Sums up how late timers are, here and in a thread of its own. */
export class LatenessMeter {
  readonly #shared = new Float64Array(new SharedArrayBuffer(16))
  readonly #worker = new Worker(witness, { eval: true, workerData: this.#shared.buffer })
  readonly #interval: NodeJS.Timeout
  #loopMs = 0
  #last = performance.now()

  constructor() {
    this.#worker.unref()
    this.#interval = setInterval(() => {
      this.#loopMs += this.#overdueMs()
      this.#last = performance.now()
    }, intervalMs)
    this.#interval.unref()
  }

  get lateness(): Lateness {
    const [lateMs = 0, heardAt = 0] = this.#shared
    // Until it has been heard it has only been started, which is no lateness.
    const silentMs = heardAt === 0 ? 0 : performance.timeOrigin + performance.now() - heardAt - intervalMs
    return {
      loopMs: this.#loopMs + this.#overdueMs(),
      machineMs: lateMs + (silentMs > tolerableMs ? silentMs : 0),
    }
  }

  /** From now to when the result is called. */
  measure(): () => Measured {
    const startedAt = performance.now()
    const before = this.lateness
    return () => {
      const after = this.lateness
      const loopMs = after.loopMs - before.loopMs
      const lateMs = Math.max(loopMs, after.machineMs - before.machineMs)
      return { elapsedMs: performance.now() - startedAt, loopMs, lateMs }
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#interval)
    await this.#worker.terminate()
  }

  /** How late the timer is that is due now. */
  #overdueMs(): number {
    const lateMs = performance.now() - this.#last - intervalMs
    return lateMs > tolerableMs ? lateMs : 0
  }
}
