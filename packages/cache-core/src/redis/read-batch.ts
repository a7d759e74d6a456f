import type { SlotRead } from '../store/entry-store.ts'
import type { RedisGate } from './redis-gate.ts'

type Values = readonly (string | null)[]

/** One read that waits for the end of the tick. */
interface Request {
  readonly settle: (values: Values) => void
  readonly reject: (error: unknown) => void
}

/** Most names that one MGET asks for, so that no read holds Redis up. */
const maxNames = 256

/** Fetches many names at once. */
export type FetchMany = (names: string[]) => Promise<Values>

const noMarkers: Values = []

/**
 * Gathers the reads of one tick into one MGET, asking for equal names once. A tick ends before the process waits for
 * anything, so no read is held back; one timer serves the deadline of all.
 */
export class ReadBatch {
  readonly #gate: RedisGate
  readonly #fetch: FetchMany
  #requests: Request[] = []
  #positions = new Map<string, number>()

  constructor(gate: RedisGate, fetch: FetchMany) {
    this.#gate = gate
    this.#fetch = fetch
  }

  /** A slot with its markers. */
  readSlot(key: string, markers: readonly string[]): Promise<SlotRead> {
    const slotAt = this.#position(key)
    return new Promise((resolve, reject) => {
      if (markers.length === 0) {
        this.#add({
          settle: (values) => resolve({ slot: values[slotAt] ?? null, markers: noMarkers }),
          reject,
        })
        return
      }
      const markersAt = markers.map((name) => this.#position(name))
      const settle = (values: Values): void =>
        resolve({ slot: values[slotAt] ?? null, markers: markersAt.map((at) => values[at] ?? null) })
      this.#add({ settle, reject })
    })
  }

  /** The values of the names, in order; `null` for a missing one. */
  read(names: readonly string[]): Promise<Values> {
    if (names.length === 0) return Promise.resolve([])
    const positions = names.map((name) => this.#position(name))
    return new Promise((resolve, reject) => {
      this.#add({ settle: (values) => resolve(positions.map((at) => values[at] ?? null)), reject })
    })
  }

  /** Where the value of a name will stand among those of this tick. */
  #position(name: string): number {
    const known = this.#positions.get(name)
    if (known !== undefined) return known
    const position = this.#positions.size
    this.#positions.set(name, position)
    return position
  }

  #add(request: Request): void {
    if (this.#requests.length === 0) process.nextTick(() => this.#send())
    this.#requests.push(request)
  }

  #send(): void {
    const requests = this.#requests
    const names = [...this.#positions.keys()]
    this.#requests = []
    this.#positions = new Map()
    this.#gate
      .run('read', () => this.#fetchInChunks(names))
      .then(
        (values) => {
          for (const { settle } of requests) settle(values)
        },
        (error: unknown) => {
          for (const { reject } of requests) reject(error)
        },
      )
  }

  async #fetchInChunks(names: string[]): Promise<Values> {
    if (names.length <= maxNames) return this.#fetch(names)
    const chunks: Promise<Values>[] = []
    for (let start = 0; start < names.length; start += maxNames)
      chunks.push(this.#fetch(names.slice(start, start + maxNames)))
    return (await Promise.all(chunks)).flat()
  }
}
