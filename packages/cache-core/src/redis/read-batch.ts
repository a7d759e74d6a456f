import type { SlotRead } from '../store/entry-store.ts'
import type { RedisGate } from './redis-gate.ts'
import { TickEnd } from './tick-end.ts'

type Values = readonly (string | null)[]

/** One read that waits for its page. */
interface Request {
  readonly settle: (values: Values) => void
  readonly reject: (error: unknown) => void
}

/**
 * Names after which single reads begin another page. Redis answers the next page while this process decodes the last; with
 * one page for all, each would wait for the other. Fewer names cost more commands.
 */
const pageNames = 32
/** Most names that one read asks for at once, so that none holds Redis up. */
const mostNames = 256

/** Fetches many names at once. */
export type FetchMany = (names: string[]) => Promise<Values>

const noMarkers: Values = []

/** Reads that share one MGET, which asks for equal names once. */
class Page {
  readonly requests: Request[] = []
  readonly #positions = new Map<string, number>()
  readonly #whole: string[] | undefined

  /** `whole` makes it the page of one read that asks for these names. */
  constructor(whole?: string[]) {
    this.#whole = whole
  }

  get names(): string[] {
    return this.#whole ?? [...this.#positions.keys()]
  }

  /** Whether a read of `name` and as many `others` may join. */
  takes(name: string, others: number): boolean {
    if (this.#whole !== undefined) return false
    return this.#positions.size + others < pageNames || this.#positions.has(name)
  }

  /** Where the value of a name will stand. */
  position(name: string): number {
    const known = this.#positions.get(name)
    if (known !== undefined) return known
    const position = this.#positions.size
    this.#positions.set(name, position)
    return position
  }
}

/**
 * Gathers the reads of one tick into few MGETs, sent together. A tick ends before the process waits for anything, so no
 * read is held back.
 */
export class ReadBatch {
  readonly #gate: RedisGate
  readonly #fetch: FetchMany
  readonly #tickEnd: TickEnd
  #pages: Page[] = []

  constructor(gate: RedisGate, fetch: FetchMany, tickEnd: TickEnd = new TickEnd()) {
    this.#gate = gate
    this.#fetch = fetch
    this.#tickEnd = tickEnd
  }

  /** A slot with its markers, as they are at one moment. */
  readSlot(key: string, markers: readonly string[]): Promise<SlotRead> {
    const page = this.#pageFor(key, markers.length)
    const slotAt = page.position(key)
    return new Promise((resolve, reject) => {
      if (markers.length === 0) {
        const settle = (values: Values): void => resolve({ slot: values[slotAt] ?? null, markers: noMarkers })
        page.requests.push({ settle, reject })
        return
      }
      const markersAt = markers.map((name) => page.position(name))
      const settle = (values: Values): void =>
        resolve({ slot: values[slotAt] ?? null, markers: markersAt.map((at) => values[at] ?? null) })
      page.requests.push({ settle, reject })
    })
  }

  /** The values of the names, in order; `null` for a missing one. */
  async read(names: readonly string[]): Promise<Values> {
    if (names.length < pageNames) return this.#join(names)
    if (names.length <= mostNames) return this.#readWhole([...names])
    const parts: Promise<Values>[] = []
    for (let start = 0; start < names.length; start += mostNames)
      parts.push(this.#readWhole(names.slice(start, start + mostNames)))
    return (await Promise.all(parts)).flat()
  }

  #join(names: readonly string[]): Promise<Values> {
    const [first] = names
    if (first === undefined) return Promise.resolve([])
    const page = this.#pageFor(first, names.length - 1)
    const positions = names.map((name) => page.position(name))
    return new Promise((resolve, reject) => {
      const settle = (values: Values): void => resolve(positions.map((at) => values[at] ?? null))
      page.requests.push({ settle, reject })
    })
  }

  #readWhole(names: string[]): Promise<Values> {
    const page = this.#begin(new Page(names))
    return new Promise((resolve, reject) => {
      page.requests.push({ settle: resolve, reject })
    })
  }

  #pageFor(name: string, others: number): Page {
    const last = this.#pages.at(-1)
    if (last?.takes(name, others) === true) return last
    return this.#begin(new Page())
  }

  #begin(page: Page): Page {
    if (this.#pages.length === 0) this.#tickEnd.add(() => this.#send())
    this.#pages.push(page)
    return page
  }

  #send(): void {
    const pages = this.#pages
    this.#pages = []
    for (const page of pages) this.#sendPage(page)
  }

  #sendPage({ requests, names }: Page): void {
    this.#gate
      .run('read', () => this.#fetch(names))
      .then(
        (values) => {
          for (const { settle } of requests) settle(values)
        },
        (error: unknown) => {
          for (const { reject } of requests) reject(error)
        },
      )
  }
}
