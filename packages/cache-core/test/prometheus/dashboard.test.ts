import { readFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { prometheusMetrics } from '../../src/prometheus/index.ts'
import { distinctCounts, FakeCache, fakeStats } from '../support/fake-cache.ts'

interface Panel {
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] }
}

const file = new URL('../../../../docs/grafana/vidnest-cache.json', import.meta.url)
const dashboard = JSON.parse(readFileSync(file, 'utf8')) as Dashboard
const targets = dashboard.panels.flatMap(({ targets = [] }) => targets)
const queries = [
  ...targets.map(({ expr }) => expr),
  ...dashboard.templating.list.map(({ query }) => JSON.stringify(query)),
]
const queried = new Set(queries.flatMap((query) => query.match(/\bvidnest_cache_\w+/g) ?? []))

/** Every series that the metrics of a cache make. */
async function shownNames(): Promise<Set<string>> {
  const register = new Registry()
  const cache = new FakeCache('shop', fakeStats({ 'video:{id}': distinctCounts(1) }))
  prometheusMetrics(cache, { register })
  cache.emit('load', { definition: 'video:{id}', durationMs: 1, failed: false })
  return new Set((await register.metrics()).match(/^vidnest_cache_\w+/gm))
}

test('every metric that the Grafana dashboard queries exists', async () => {
  const shown = await shownNames()
  expect(queried.size).toBeGreaterThan(20)
  expect([...queried].filter((name) => !shown.has(name))).toEqual([])
})

test('the dashboard shows every metric, but for those that follow from others', async () => {
  const derived = ['hit_ratio', 'load_duration_seconds_sum', 'load_duration_seconds_count']
  const missing = [...(await shownNames())].filter((name) => !queried.has(name))
  expect(missing.toSorted()).toEqual(derived.map((name) => `vidnest_cache_${name}`).toSorted())
})

test('its queries use no label but namespace, definition and the bounds of the histogram', () => {
  const used = targets.flatMap(({ expr, legendFormat }) => [
    ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', ')),
    ...[...expr.matchAll(/[{,](\w+)=~?"/g)].map(([, label = '']) => label),
    ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
  ])
  expect(new Set(used)).toEqual(new Set(['namespace', 'definition', 'le']))
})

test('each of its panels says what it shows', () => {
  const silent = dashboard.panels.filter(({ type, description = '' }) => type !== 'row' && description === '')
  expect(silent).toEqual([])
})
