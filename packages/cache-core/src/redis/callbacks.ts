/** Those who want to be told when one thing happens. */
export class Callbacks {
  readonly #all: (() => void)[] = []

  add(callback: () => void): void {
    this.#all.push(callback)
  }

  run(): void {
    for (const callback of this.#all) callback()
  }
}
