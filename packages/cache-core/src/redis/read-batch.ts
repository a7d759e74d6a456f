import type { RedisGate } from './redis-gate.ts'

interface Request {
  readonly names: readonly string[]
  readonly resolve: (values: (string | null)[]) => void
  readonly reject: (error: unknown) => void
}

/** Most names that one MGET asks for, so that no read holds Redis up. */
const maxNames = 256

/** Fetches many names at once. */
export type FetchMany = (names: string[]) => Promise<(string | null)[]>

/**
 * Gathers the reads of one tick into one MGET, asking for equal names once. A tick ends before the process waits for
 * anything, so no read is held back; one timer serves the deadline of all.
 */
export class ReadBatch {
  readonly #gate: RedisGate
  readonly #fetch: FetchMany
  #requests: Request[] = []

  constructor(gate: RedisGate, fetch: FetchMany) {
    this.#gate = gate
    this.#fetch = fetch
  }

  /** The values of the names, in order; `null` for a missing one. */
  read(names: readonly string[]): Promise<(string | null)[]> {
    return new Promise((resolve, reject) => {
      if (this.#requests.length === 0) process.nextTick(() => this.#send())
      this.#requests.push({ names, resolve, reject })
    })
  }

  #send(): void {
    const requests = this.#requests
    this.#requests = []
    const positions = new Map<string, number>()
    for (const { names } of requests) {
      for (const name of names) if (!positions.has(name)) positions.set(name, positions.size)
    }
    const all = [...positions.keys()]
    this.#gate
      .run('read', () => this.#fetchInChunks(all))
      .then(
        (values) => {
          for (const { names, resolve } of requests)
            resolve(names.map((name) => values[positions.get(name) ?? -1] ?? null))
        },
        (error: unknown) => {
          for (const { reject } of requests) reject(error)
        },
      )
  }

  async #fetchInChunks(names: string[]): Promise<(string | null)[]> {
    if (names.length <= maxNames) return this.#fetch(names)
    const chunks: Promise<(string | null)[]>[] = []
    for (let start = 0; start < names.length; start += maxNames)
      chunks.push(this.#fetch(names.slice(start, start + maxNames)))
    return (await Promise.all(chunks)).flat()
  }
}
