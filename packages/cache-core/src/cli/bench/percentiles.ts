/** What a series of operations took. */
export interface Timing {
  readonly operations: number
  readonly failed: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
}

/** Sums up a series, of which each operation took so long. */
export function timingOf(
  durationsMs: Float64Array,
  { failed, elapsedMs }: { readonly failed: number; readonly elapsedMs: number },
): Timing {
  const sorted = durationsMs.toSorted()
  return {
    operations: sorted.length,
    failed,
    perSecond: elapsedMs === 0 ? 0 : (sorted.length / elapsedMs) * 1000,
    p50Ms: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    p99Ms: quantile(sorted, 0.99),
  }
}

/** The smallest duration that at least that share of the operations did not exceed (nearest rank). */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
