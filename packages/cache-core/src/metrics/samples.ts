import type { CacheMetric, MetricLabels, Sample } from './metric.ts'

/** Samples by metric. Those of equal labels add up; of a state, the highest counts. */
export class Samples {
  readonly #byMetric = new Map<CacheMetric, Map<string, Sample>>()

  add(metric: CacheMetric, labels: MetricLabels, value: number): void {
    const samples = this.#byMetric.get(metric) ?? new Map<string, Sample>()
    this.#byMetric.set(metric, samples)
    // A namespace has no spaces.
    const id = `${labels.namespace} ${labels.definition ?? ''}`
    const before = samples.get(id)?.value ?? 0
    samples.set(id, { labels, value: metric.kind === 'state' ? Math.max(before, value) : before + value })
  }

  of(metric: CacheMetric): Iterable<Sample> {
    return this.#byMetric.get(metric)?.values() ?? []
  }
}
