/** A timer that was started by a {@link Clock}. */
export interface Timer {
  /** Stops the timer; does nothing when it has fired. */
  cancel(): void
}

/**
 * The only source of time in this package, so that tests can move it by hand.
 * Freshness is judged by Redis' time; this clock measures only what passed since it was read.
 */
export interface Clock {
  /** Milliseconds that only ever grow, from any starting point. */
  now(): number
  /** Milliseconds since 1970, for the time before Redis was first heard. */
  epochMs(): number
  /** Runs `callback` once after `delayMs`. A timer does not keep the process alive. */
  setTimer(delayMs: number, callback: () => void): Timer
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  setTimer(delayMs, callback) {
    const handle = setTimeout(callback, delayMs)
    handle.unref()
    return {
      cancel: () => {
        clearTimeout(handle)
      },
    }
  },
}

/** Resolves after `delayMs` of `clock`'s time. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve)
  })
}
