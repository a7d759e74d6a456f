import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { allMetrics } from '../../src/metrics/cache-readings.ts'
import { eventMetrics } from '../../src/metrics/event-metrics.ts'
import { metricName } from '../../src/prometheus/collectors.ts'

const guide = readFileSync(new URL('../../../../docs/guide/observability.md', import.meta.url), 'utf8')
const metrics = [...allMetrics.map(metricName), 'load_duration_seconds'].map(
  (name) => `vidnest_cache_${name}`,
)

test('the guide has a row for every event', () => {
  const rows = [...guide.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  expect(Object.keys(eventMetrics).filter((name) => !rows.includes(name))).toEqual([])
})

test('the guide names every metric, and none that does not exist', () => {
  const named = new Set(guide.match(/vidnest_cache_\w+/g))
  named.delete('vidnest_cache_load_duration_seconds_bucket')
  expect([...named].toSorted()).toEqual(metrics.toSorted())
})
