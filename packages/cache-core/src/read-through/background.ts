/** Work that nobody waits for, so that `close()` can. Its failures are reported where they happen. */
export class Background {
  #running = 0
  #onIdle: (() => void)[] = []

  add(work: Promise<unknown>): void {
    this.#running += 1
    const done = (): void => {
      this.#running -= 1
      if (this.#running > 0) return
      for (const resolve of this.#onIdle.splice(0)) resolve()
    }
    work.then(done, done)
  }

  /** Resolves when all work, also what is added meanwhile, has ended. */
  async drain(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }
}
