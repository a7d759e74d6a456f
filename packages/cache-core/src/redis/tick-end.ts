/**
 * Does what is put off to the end of the tick, fills before everything else: whoever reads what was just loaded, even
 * before its fill is sent, finds it.
 */
export class TickEnd {
  #fills: (() => void)[] = []
  #others: (() => void)[] = []

  fill(send: () => void): void {
    this.#schedule()
    this.#fills.push(send)
  }

  add(send: () => void): void {
    this.#schedule()
    this.#others.push(send)
  }

  #schedule(): void {
    if (this.#fills.length + this.#others.length === 0) process.nextTick(() => this.#run())
  }

  #run(): void {
    const all = [...this.#fills, ...this.#others]
    this.#fills = []
    this.#others = []
    for (const send of all) send()
  }
}
