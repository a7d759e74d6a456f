import { CacheTimeoutError } from '../errors.ts'
import type { StaleReason } from '../observability/events.ts'
import type { ResolvedPolicy } from '../policy/policy.ts'
import type { Clock, Timer } from '../time/clock.ts'

/** A stale value that stands in when the work fails or takes too long. */
export interface Fallback {
  readonly value: unknown
}

/** How what a caller waits for is limited. */
export interface CallerLimits {
  readonly clock: Clock
  readonly policy: ResolvedPolicy
  readonly signal: AbortSignal | undefined
  readonly fallback: Fallback | undefined
  /** Told when the fallback is handed out. */
  readonly onFallback: (reason: StaleReason) => void
}

/**
 * Waits for `work` no longer than the policy lets a caller wait. The fallback, if there is one, stands in at `softTimeout`,
 * at `hardTimeout`, and when the work fails. The work itself goes on.
 * @throws {CacheTimeoutError} at `hardTimeout` without a fallback, and what the work throws.
 */
export function withinCallerLimits(work: Promise<unknown>, limits: CallerLimits): Promise<unknown> {
  const { clock, policy, signal, fallback, onFallback } = limits
  const softMs = fallback === undefined ? 0 : policy.softTimeoutMs
  if (policy.hardTimeoutMs === 0 && fallback === undefined) return work
  return new Promise((resolve, reject) => {
    const timers: Timer[] = []
    let settled = false
    const settle = (finish: () => void): void => {
      if (settled) return
      settled = true
      for (const timer of timers) timer.cancel()
      finish()
    }
    const fail = (reason: StaleReason, error: unknown): void => {
      settle(() => {
        // Nothing stands in for the caller's own signal.
        if (fallback === undefined || signal?.aborted === true) return reject(error as Error)
        onFallback(reason)
        resolve(fallback.value)
      })
    }
    const startTimer = (ms: number): void => {
      if (ms > 0) timers.push(clock.setTimer(ms, () => fail('timeout', hardTimeoutError(policy))))
    }
    startTimer(softMs)
    startTimer(policy.hardTimeoutMs)
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => fail('error', error),
    )
  })
}

function hardTimeoutError(policy: ResolvedPolicy): CacheTimeoutError {
  return new CacheTimeoutError(
    'wait',
    `no value was there within the hardTimeout of ${String(policy.hardTimeoutMs)} ms`,
  )
}
