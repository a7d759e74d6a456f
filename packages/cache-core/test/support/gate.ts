/** A door in the middle of an asynchronous step: the test sees when it is reached and decides when it opens. */
export interface Gate {
  readonly reached: Promise<void>
  open(): void
  pass(): Promise<void>
}

export function createGate(): Gate {
  const reached = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  return {
    reached: reached.promise,
    open: () => {
      opened.resolve()
    },
    pass() {
      reached.resolve()
      return opened.promise
    },
  }
}
