/**
 * A map for what stays for moments only. The tables that a Map outgrows go on pointing at all they held until the next full
 * collection; here that is an empty box.
 */
export class PassingMap<Value> {
  readonly #boxes = new Map<string, { value: Value | undefined }>()

  get(key: string): Value | undefined {
    return this.#boxes.get(key)?.value
  }

  set(key: string, value: Value): void {
    this.delete(key)
    this.#boxes.set(key, { value })
  }

  delete(key: string): void {
    const box = this.#boxes.get(key)
    if (box === undefined) return
    box.value = undefined
    this.#boxes.delete(key)
  }

  *entries(): Iterable<[string, Value]> {
    for (const [key, { value }] of this.#boxes) if (value !== undefined) yield [key, value]
  }
}
