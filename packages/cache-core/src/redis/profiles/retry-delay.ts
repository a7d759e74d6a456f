const firstRetryMs = 50
const longestRetryMs = 1000

/**
 * How long to wait before the next attempt to connect, in ms: 50 ms, doubling to 1 s, with a tenth more or less, so that a
 * fleet of processes does not come back at the same moment.
 */
export function retryDelayMs(attempt: number): number {
  const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (attempt - 1))
  return Math.round(delayMs * (0.9 + 0.2 * Math.random()))
}
