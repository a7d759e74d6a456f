import { metrics as globalMetrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics'
import { afterEach, describe, expect, test } from 'vitest'
import { allMetrics } from '../../src/metrics/cache-readings.ts'
import { openTelemetryMetrics } from '../../src/opentelemetry/index.ts'
import { distinctCounts, FakeCache, fakeStats } from '../support/fake-cache.ts'

const providers: MeterProvider[] = []

afterEach(async () => {
  globalMetrics.disable()
  for (const provider of providers.splice(0)) await provider.shutdown()
})

/** A provider that collects when the test asks it to. */
function collecting(): { readonly meterProvider: MeterProvider; collect(): Promise<MetricData[]> } {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  providers.push(meterProvider)
  return {
    meterProvider,
    async collect() {
      exporter.reset()
      await meterProvider.forceFlush()
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap(({ scope, metrics }) => (scope.name === '@vidnest/cache-core' ? metrics : [])),
        )
    },
  }
}

function shop(): FakeCache {
  return new FakeCache('shop', fakeStats({ 'video:{id}': distinctCounts(1001) }))
}

const video = { 'vidnest.cache.namespace': 'shop', 'vidnest.cache.definition': 'video:{id}' }

function find(metrics: readonly MetricData[], name: string): MetricData {
  const found = metrics.find(({ descriptor }) => descriptor.name === `vidnest.cache.${name}`)
  if (found === undefined) throw new Error(`no metric ${name}`)
  return found
}

function points(metric: MetricData): unknown[] {
  return metric.dataPoints.map(({ attributes, value }) => [attributes, value])
}

test('every metric is an instrument, with the attributes namespace and definition and nothing else', async () => {
  const { meterProvider, collect } = collecting()
  const cache = shop()
  openTelemetryMetrics(cache, { meterProvider })
  cache.emit('load', { definition: 'video:{id}', durationMs: 5, failed: false })
  const collected = await collect()
  expect(collected.map(({ descriptor }) => descriptor.name).toSorted()).toEqual(
    [...allMetrics, { name: 'load_duration' }].map(({ name }) => `vidnest.cache.${name}`).toSorted(),
  )
  const attributes = collected.flatMap(({ dataPoints }) =>
    dataPoints.flatMap((point) => Object.keys(point.attributes)),
  )
  expect(new Set(attributes)).toEqual(new Set(Object.keys(video)))
})

describe('instruments', () => {
  test.each([
    ['hits', { dataPointType: DataPointType.SUM, isMonotonic: true }, '{read}', [[video, 1001]]],
    [
      'load_time',
      { dataPointType: DataPointType.SUM, isMonotonic: true },
      's',
      [[video, distinctCounts(1001).loadMs / 1000]],
    ],
    ['hit_ratio', { dataPointType: DataPointType.GAUGE }, '1', [[video, distinctCounts(1001).hitRatio]]],
    [
      'invalidations_queued',
      { dataPointType: DataPointType.SUM, isMonotonic: false },
      '{target}',
      [[{ 'vidnest.cache.namespace': 'shop' }, 23]],
    ],
    [
      'breaker_state',
      { dataPointType: DataPointType.GAUGE },
      '1',
      [[{ 'vidnest.cache.namespace': 'shop' }, 2]],
    ],
  ])('%s has the kind and unit of its number', async (name, kind, unit, values) => {
    const { meterProvider, collect } = collecting()
    openTelemetryMetrics(shop(), { meterProvider })
    const metric = find(await collect(), name)
    expect(metric).toMatchObject({ ...kind, descriptor: { unit } })
    expect(points(metric)).toEqual(values)
  })

  test('load_duration distributes the loads in seconds', async () => {
    const { meterProvider, collect } = collecting()
    const cache = shop()
    openTelemetryMetrics(cache, { meterProvider })
    for (const durationMs of [3, 40, 70_000])
      cache.emit('load', { definition: 'video:{id}', durationMs, failed: true })
    const metric = find(await collect(), 'load_duration')
    expect(metric.descriptor.unit).toBe('s')
    expect(metric.dataPoints).toMatchObject([
      {
        attributes: video,
        value: {
          count: 3,
          sum: 70.043,
          buckets: {
            boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
            counts: [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
          },
        },
      },
    ])
  })

  test('count the rare events', async () => {
    const { meterProvider, collect } = collecting()
    const cache = shop()
    openTelemetryMetrics(cache, { meterProvider })
    cache.emit('recovered', {})
    expect(points(find(await collect(), 'recoveries'))).toEqual([[{ 'vidnest.cache.namespace': 'shop' }, 1]])
  })
})

test('the provider that the SDK has registered is used unless another one is given', async () => {
  const { meterProvider, collect } = collecting()
  globalMetrics.setGlobalMeterProvider(meterProvider)
  openTelemetryMetrics([shop()])
  expect(find(await collect(), 'hits').dataPoints).toHaveLength(1)
})

test('without an SDK it does nothing', () => {
  const cache = shop()
  const stop = openTelemetryMetrics(cache)
  expect(() => cache.emit('load', { definition: 'video:{id}', durationMs: 5, failed: false })).not.toThrow()
  stop()
  expect(cache.isHeard('load')).toBe(false)
})

test('the result of the call ends it', async () => {
  const { meterProvider, collect } = collecting()
  const cache = shop()
  openTelemetryMetrics(cache, { meterProvider })()
  expect(cache.isHeard('load')).toBe(false)
  expect((await collect()).filter(({ dataPoints }) => dataPoints.length > 0)).toEqual([])
})

test('an option that is not known is refused', () => {
  expect(() => openTelemetryMetrics(shop(), { meter: 1 } as never)).toThrow(
    expect.objectContaining({ path: 'meter' }) as Error,
  )
})
