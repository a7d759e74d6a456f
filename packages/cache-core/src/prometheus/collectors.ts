import { Counter, Gauge, Histogram, type Metric } from 'prom-client'
import { loadDuration } from '../metrics/load-duration.ts'
import type { CacheMetric } from '../metrics/metric.ts'
import type { Samples } from '../metrics/samples.ts'

const labelNames = ['namespace', 'definition']
const unitSuffixes: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' }

/** How prom-client adds up the processes of a Node cluster. */
const aggregators = { counter: 'sum', level: 'sum', ratio: 'average', state: 'max' } as const

/** The name without prefix: with the unit, and `_total` for what only rises. */
export function metricName({ name, unit, kind }: CacheMetric): string {
  return `${name}${unitSuffixes[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`
}

/** A prom-client metric that takes its samples when it is collected. */
export function createCollector(name: string, metric: CacheMetric, read: () => Samples): Metric {
  const { help, kind } = metric
  const config = { name, help, labelNames, registers: [], aggregator: aggregators[kind] }
  if (kind === 'counter') {
    return new Counter({
      ...config,
      collect() {
        this.reset()
        for (const { labels, value } of read().of(metric)) this.inc({ ...labels }, value)
      },
    })
  }
  return new Gauge({
    ...config,
    collect() {
      this.reset()
      for (const { labels, value } of read().of(metric)) this.set({ ...labels }, value)
    },
  })
}

/** The histogram of load times, which is fed by events. */
export function createLoadHistogram(name: string, buckets: readonly number[]): Histogram {
  return new Histogram({ name, help: loadDuration.help, labelNames, buckets: [...buckets], registers: [] })
}
