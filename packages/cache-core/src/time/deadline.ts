import type { Clock } from './clock.ts'

/** Lateness of a timer, in milliseconds, that is not yet a blocked event loop. */
const tolerableLatenessMs = 5

/**
 * Calls `onTimeout` once `limitMs` have passed in which this process could have heard an answer: time in which its own
 * event loop was late does not count, since the reply may be waiting in the socket. The result stops the watch.
 */
export function watchDeadline(clock: Clock, limitMs: number, onTimeout: () => void): () => void {
  let timer = arm(limitMs)
  function arm(delayMs: number): { cancel(): void } {
    const due = clock.now() + delayMs
    return clock.setTimer(delayMs, () => {
      const lateMs = clock.now() - due
      if (lateMs > tolerableLatenessMs) timer = arm(Math.min(lateMs, limitMs))
      else onTimeout()
    })
  }
  return () => {
    timer.cancel()
  }
}
