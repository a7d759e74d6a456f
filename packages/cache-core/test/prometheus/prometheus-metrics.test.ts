import { register as globalRegister, Registry } from 'prom-client'
import { afterEach, describe, expect, test } from 'vitest'
import { definitionMetrics, cacheMetrics, memoryMetrics } from '../../src/metrics/catalog.ts'
import { metricName } from '../../src/prometheus/collectors.ts'
import { prometheusMetrics } from '../../src/prometheus/index.ts'
import { distinctCounts, FakeCache, fakeStats } from '../support/fake-cache.ts'

afterEach(() => {
  globalRegister.clear()
})

function shop(): FakeCache {
  return new FakeCache(
    'shop',
    fakeStats({ 'video:{id}': distinctCounts(1001), 'ad-hoc': distinctCounts(2001) }),
  )
}

async function linesOf(register: Registry): Promise<string[]> {
  return (await register.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

test('the whole text that Prometheus reads', async () => {
  const register = new Registry()
  const cache = shop()
  prometheusMetrics(cache, { register })
  for (const durationMs of [3, 40, 40, 70_000])
    cache.emit('load', { definition: 'video:{id}', durationMs, failed: false })
  cache.emit('codecError', { definition: 'video:{id}', error: null as never })
  await expect(await register.metrics()).toMatchFileSnapshot('./golden/metrics.txt')
})

describe('no field of the statistics is forgotten', () => {
  const { definitions, memory, ...ofCache } = shop().stats() as ReturnType<typeof fakeStats>
  const ofDefinition = definitions['video:{id}'] ?? distinctCounts(0)
  const numberOf = (value: unknown): number => (value === 'open' ? 2 : Number(value))

  test.each(Object.entries(ofDefinition))('%s of a definition', async (field, value) => {
    const register = new Registry()
    prometheusMetrics(shop(), { register })
    const shown = field.endsWith('Ms') ? value / 1000 : value
    const lines = (await linesOf(register)).filter((line) => line.endsWith(` ${String(shown)}`))
    const name = metricName(definitionMetrics[field as keyof typeof definitionMetrics])
    expect(lines).toEqual([
      `vidnest_cache_${name}{namespace="shop",definition="video:{id}"} ${String(shown)}`,
    ])
  })

  const others = [
    ...Object.entries(ofCache).filter(([field]) => !(field in ofDefinition)),
    ...Object.entries(memory).map(([field, value]) => [`memory.${field}`, value] as const),
  ]
  const metrics = Object.fromEntries([
    ...Object.entries(cacheMetrics),
    ...Object.entries(memoryMetrics).map(([field, metric]) => [`memory.${field}`, metric] as const),
  ])

  test.each(others)('%s of a cache', async (field, value) => {
    const register = new Registry()
    prometheusMetrics(shop(), { register })
    const metric = metrics[field]
    expect(metric).toBeDefined()
    const name = metric === undefined ? '' : metricName(metric)
    expect(await linesOf(register)).toContain(
      `vidnest_cache_${name}{namespace="shop"} ${String(numberOf(value))}`,
    )
  })
})

test('labels are the namespace and the definition, and nothing else', async () => {
  const register = new Registry()
  const cache = shop()
  prometheusMetrics(cache, { register })
  cache.emit('load', { definition: 'video:{id}', durationMs: 5, failed: true })
  const labels = (await linesOf(register)).flatMap((line) =>
    [...line.matchAll(/[{,](\w+)="/g)].map(([, label]) => label),
  )
  expect(new Set(labels)).toEqual(new Set(['namespace', 'definition', 'le']))
})

test('each scrape shows the present numbers, not their sum with the last ones', async () => {
  const register = new Registry()
  prometheusMetrics(shop(), { register })
  const first = await register.metrics()
  expect(await register.metrics()).toBe(first)
  expect(await register.getSingleMetricAsString('vidnest_cache_hits_total')).toContain(
    'definition="video:{id}"} 1001',
  )
})

test('a scrape reads the statistics once, whatever the number of metrics', async () => {
  const register = new Registry()
  const cache = shop()
  let readings = 0
  const counting = {
    namespace: cache.namespace,
    on: cache.on.bind(cache),
    stats: () => {
      readings += 1
      return cache.stats()
    },
  }
  prometheusMetrics(counting, { register })
  await register.metrics()
  expect(readings).toBe(1)
  await register.metrics()
  expect(readings).toBe(2)
})

test('without a registry the global one of prom-client is used', async () => {
  prometheusMetrics(shop())
  expect(await globalRegister.metrics()).toContain('vidnest_cache_hits_total{')
})

test('a registry that speaks OpenMetrics gets names that OpenMetrics allows', async () => {
  const register = new Registry<'application/openmetrics-text; version=1.0.0; charset=utf-8'>()
  register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  prometheusMetrics(shop(), { register })
  const text = await register.metrics()
  expect(text).toContain('# TYPE vidnest_cache_hits counter\nvidnest_cache_hits_total{')
  const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  expect(new Set(families).size).toBe(families.length)
})

test('prefix and buckets can be chosen', async () => {
  const register = new Registry()
  const cache = shop()
  prometheusMetrics(cache, { register, prefix: 'shop_values', loadBuckets: [0.1, 2] })
  cache.emit('load', { definition: 'video:{id}', durationMs: 150, failed: false })
  const lines = await linesOf(register)
  expect(lines.filter((line) => !line.startsWith('shop_values_'))).toEqual([])
  expect(lines.filter((line) => line.startsWith('shop_values_load_duration_seconds_bucket'))).toEqual([
    'shop_values_load_duration_seconds_bucket{le="0.1",namespace="shop",definition="video:{id}"} 0',
    'shop_values_load_duration_seconds_bucket{le="2",namespace="shop",definition="video:{id}"} 1',
    'shop_values_load_duration_seconds_bucket{le="+Inf",namespace="shop",definition="video:{id}"} 1',
  ])
})

describe('the result of the call', () => {
  test('takes the metrics out of the registry and stops counting', async () => {
    const register = new Registry()
    const cache = shop()
    const unregister = prometheusMetrics(cache, { register })
    unregister()
    expect(await register.metrics()).toBe('\n')
    expect(cache.isHeard('load')).toBe(false)
    prometheusMetrics(cache, { register })
    expect(await register.metrics()).toContain('vidnest_cache_hits_total')
  })

  test('leaves what others have put under its names into a registry that was cleared meanwhile', async () => {
    const register = new Registry()
    const unregister = prometheusMetrics(shop(), { register })
    register.clear()
    prometheusMetrics(shop(), { register })
    unregister()
    expect(await register.metrics()).toContain('vidnest_cache_hits_total')
  })
})

describe('bad arguments', () => {
  test.each([
    [{ register: {} }, 'register'],
    [{ register: null }, 'register'],
    [{ prefix: '9lives' }, 'prefix'],
    [{ prefix: 'a-b' }, 'prefix'],
    [{ prefix: 5 }, 'prefix'],
    [{ loadBuckets: [] }, 'loadBuckets'],
    [{ loadBuckets: [0, 1] }, 'loadBuckets'],
    [{ loadBuckets: [2, 1] }, 'loadBuckets'],
    [{ loadBuckets: ['1'] }, 'loadBuckets'],
    [{ registry: new Registry() }, 'registry'],
    [null, 'options'],
  ])('%j is refused, naming it', (options, path) => {
    const cache = shop()
    expect(() => prometheusMetrics(cache, options as never)).toThrow(
      expect.objectContaining({ path }) as Error,
    )
    expect(cache.isHeard('load')).toBe(false)
  })

  test('a registry that has one of the names already is left as it was', async () => {
    const register = new Registry()
    prometheusMetrics(shop(), { register })
    const before = await register.metrics()
    const second = shop()
    expect(() => prometheusMetrics(second, { register })).toThrow(
      expect.objectContaining({ path: 'register' }) as Error,
    )
    expect(await register.metrics()).toBe(before)
    expect(second.isHeard('warning')).toBe(false)
  })
})
