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

/** What a caller waits for; its signal tells when the caller waits no longer. */
type Work = (signal: AbortSignal | undefined) => Promise<unknown>

/**
 * Waits for `work` no longer than the policy lets a caller wait. The fallback, if there is one, stands in at `softTimeout`,
 * at `hardTimeout`, and when the work fails. At `softTimeout` the work itself goes on.
 * @throws {CacheTimeoutError} at `hardTimeout` without a fallback, and what the work throws.
 */
export function withinCallerLimits(work: Work, limits: CallerLimits): Promise<unknown> {
  const { clock, policy, signal, fallback, onFallback } = limits
  if (policy.hardTimeoutMs === 0 && fallback === undefined) return work(signal)
  return new Promise((resolve, reject) => {
    let softTimer: Timer | undefined
    let settled = false
    const settle = (finish: () => void): void => {
      if (settled) return
      settled = true
      softTimer?.cancel()
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
    if (fallback !== undefined && policy.softTimeoutMs > 0)
      softTimer = clock.setTimer(policy.softTimeoutMs, () => fail('timeout', signal?.reason))
    withinHardTimeout(work, limits, (error) => fail('timeout', error)).then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => fail('error', error),
    )
  })
}

/** Does the work with a signal that is aborted by the caller's own and at `hardTimeout`, which `onTimeout` is told first. */
function withinHardTimeout(
  work: Work,
  { clock, policy, signal }: CallerLimits,
  onTimeout: (error: CacheTimeoutError) => void,
): Promise<unknown> {
  if (policy.hardTimeoutMs === 0) return work(signal)
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(signal?.reason)
  if (signal?.aborted === true) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = clock.setTimer(policy.hardTimeoutMs, () => {
    const error = hardTimeoutError(policy)
    onTimeout(error)
    controller.abort(error)
  })
  return work(controller.signal).finally(() => {
    timer.cancel()
    signal?.removeEventListener('abort', onAbort)
  })
}

function hardTimeoutError(policy: ResolvedPolicy): CacheTimeoutError {
  return new CacheTimeoutError(
    'wait',
    `no value was there within the hardTimeout of ${String(policy.hardTimeoutMs)} ms`,
  )
}
