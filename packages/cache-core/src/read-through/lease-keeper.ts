import type { EntryStore, Lease } from '../store/entry-store.ts'
import { leaseMs, longestLoadMs } from '../store/lifetimes.ts'
import type { Clock } from '../time/clock.ts'

/**
 * Keeps a lease alive while its load runs; the result stops it. A lease that is gone is not taken again: whoever took it
 * over, or invalidated the entry, has voided this load.
 */
export function keepLease(
  store: Pick<EntryStore, 'renew'>,
  lease: Lease,
  { clock, hardTimeoutMs }: { readonly clock: Clock; readonly hardTimeoutMs: number },
): () => void {
  const longestMs = hardTimeoutMs === 0 ? longestLoadMs : Math.min(longestLoadMs, hardTimeoutMs)
  const startedAt = clock.now()
  let stopped = false
  const renewLater = (): { cancel(): void } =>
    clock.setTimer(leaseMs / 3, () => {
      if (stopped || clock.now() - startedAt > longestMs) return
      store.renew(lease).then(
        (stands) => {
          if (stands && !stopped) timer = renewLater()
        },
        // Redis did not answer: ask again while the lease may still stand.
        () => {
          if (!stopped) timer = renewLater()
        },
      )
    })
  let timer = renewLater()
  return () => {
    stopped = true
    timer.cancel()
  }
}
