/** Work that nobody waits for, so that `close()` can. Its failures are reported where they happen. */
export class Background {
  readonly #running = new Set<Promise<unknown>>()

  add(work: Promise<unknown>): void {
    this.#running.add(work)
    const done = (): void => {
      this.#running.delete(work)
    }
    work.then(done, done)
  }

  /** Resolves when all work, also what is added meanwhile, has ended. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }
}
