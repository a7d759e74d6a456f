/** One number that a cache can tell a monitoring system, whichever system asks. */
export interface CacheMetric {
  /** In snake case, without prefix and unit. */
  readonly name: string
  /** One sentence. */
  readonly help: string
  /**
   * `counter` only rises; `level` rises and falls, and adds up over caches and processes; `ratio` and `state` do not add up,
   * and of several states the highest is the one to look at.
   */
  readonly kind: 'counter' | 'level' | 'ratio' | 'state'
  /** In the UCUM notation of OpenTelemetry: `s`, `By`, `1`, or for counts what is counted, in braces. */
  readonly unit: string
}

/** A metric that counts. */
export function counter(name: string, unit: string, help: string): CacheMetric {
  return { name, kind: 'counter', unit, help }
}

/** What a sample belongs to. Definitions are few and fixed, keys are not: none is ever a label. */
export interface MetricLabels {
  readonly namespace: string
  /** The definition's key template; left out where the number belongs to the whole cache. */
  readonly definition?: string
}

/** A metric's value for one set of labels. */
export interface Sample {
  readonly labels: MetricLabels
  readonly value: number
}
