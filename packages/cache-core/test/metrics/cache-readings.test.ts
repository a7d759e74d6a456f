import { describe, expect, test } from 'vitest'
import { CacheReadings } from '../../src/metrics/cache-readings.ts'
import { cacheMetrics, definitionMetrics, memoryMetrics } from '../../src/metrics/catalog.ts'
import { eventMetrics } from '../../src/metrics/event-metrics.ts'
import type { CacheMetric, Sample } from '../../src/metrics/metric.ts'
import { observedCaches, type ObservedCache } from '../../src/metrics/observed-caches.ts'
import { distinctCounts, FakeCache, fakeStats, fakeStatsWithoutMemory } from '../support/fake-cache.ts'

function read(readings: CacheReadings, metric: CacheMetric | true): Sample[] {
  return metric === true ? [] : [...readings.read().of(metric)]
}

const video = { namespace: 'shop', definition: 'video:{id}' }

describe('caches of one namespace are shown as one', () => {
  const counts = distinctCounts(100)
  const values = new FakeCache('shop', fakeStats({ 'video:{id}': counts }))
  const counters = new FakeCache('shop', {
    ...fakeStats({ 'video:{id}': { ...counts, hits: 1000 }, 'ad-hoc': counts }),
    breaker: 'closed',
    memory: { entries: 1, bytes: 2, evictions: 3, bypassed: false },
  })
  const readings = new CacheReadings([values, counters, new FakeCache('blog', fakeStats({}))])

  test('their counts add up', () => {
    expect(read(readings, definitionMetrics.hits)).toEqual([
      { labels: video, value: counts.hits + 1000 },
      { labels: { namespace: 'shop', definition: 'ad-hoc' }, value: counts.hits },
    ])
    expect(read(readings, cacheMetrics.storeErrors)).toEqual([
      { labels: { namespace: 'shop' }, value: 48 },
      { labels: { namespace: 'blog' }, value: 24 },
    ])
    expect(read(readings, memoryMetrics.entries)[0]?.value).toBe(32)
  })

  test('their hit ratio follows from the added counts', () => {
    const answered = counts.hits + 1000 + 2 * counts.staleHits
    expect(read(readings, definitionMetrics.hitRatio)[0]).toEqual({
      labels: video,
      value: answered / (answered + 2 * counts.misses),
    })
  })

  test('the worse of their states counts', () => {
    expect(read(readings, cacheMetrics.breaker)[0]?.value).toBe(2)
    expect(read(readings, memoryMetrics.bypassed)[0]?.value).toBe(1)
  })
})

test.each([
  ['closed', 0],
  ['half-open', 1],
  ['open', 2],
] as const)('a breaker that is %s is %d', (breaker, value) => {
  const readings = new CacheReadings([new FakeCache('shop', { ...fakeStats({}), breaker })])
  expect(read(readings, cacheMetrics.breaker)).toEqual([{ labels: { namespace: 'shop' }, value }])
})

test('without a near tier there are no samples of one', () => {
  const readings = new CacheReadings([new FakeCache('shop', fakeStatsWithoutMemory({}))])
  expect(Object.values(memoryMetrics).flatMap((metric) => read(readings, metric))).toEqual([])
})

describe('events that no statistic counts', () => {
  test('begin at 0, so that the first of them is a rise', () => {
    const readings = new CacheReadings([
      new FakeCache('shop', fakeStats({ 'video:{id}': distinctCounts(1) })),
    ])
    expect(read(readings, eventMetrics.codecError)).toEqual([{ labels: video, value: 0 }])
    expect(read(readings, eventMetrics.recovered)).toEqual([{ labels: { namespace: 'shop' }, value: 0 }])
  })

  test('are counted by what they say', () => {
    const cache = new FakeCache('shop', fakeStats({ 'video:{id}': distinctCounts(1) }))
    const readings = new CacheReadings([cache])
    const error = null as never
    cache.emit('codecError', { definition: 'video:{id}', error })
    cache.emit('invalidationFailed', { queued: true, error })
    cache.emit('invalidationFailed', { queued: false, error })
    cache.emit('invalidationReplayed', { count: 5 })
    cache.emit('breaker', { state: 'open' })
    cache.emit('breaker', { state: 'half-open' })
    cache.emit('nearTier', { bypassed: true, reason: 'gap' })
    cache.emit('nearTier', { bypassed: false, reason: 'trusted' })
    cache.emit('epoch', { kept: false })
    cache.emit('warning', { message: 'look' })
    const values = Object.entries(eventMetrics).flatMap(([name, metric]) =>
      read(readings, metric).map(({ value }) => [name, value]),
    )
    expect(Object.fromEntries(values)).toEqual({
      codecError: 1,
      invalidationFailed: 1,
      invalidationReplayed: 5,
      breaker: 1,
      nearTier: 1,
      epoch: 1,
      warning: 1,
      recovered: 0,
    })
    readings.stop()
    cache.emit('warning', { message: 'look' })
    expect(read(readings, eventMetrics.warning)[0]?.value).toBe(1)
  })

  test('are the only ones that are listened to: reads stay as fast as they were', () => {
    const cache = new FakeCache('shop', fakeStats({}))
    const readings = new CacheReadings([cache])
    const names = Object.keys(eventMetrics) as (keyof typeof eventMetrics)[]
    const heard = names.filter((name) => cache.isHeard(name))
    expect(heard).toEqual(names.filter((name) => eventMetrics[name] !== true))
    expect(heard).not.toContain('hit')
    readings.stop()
    expect(names.filter((name) => cache.isHeard(name))).toEqual([])
  })
})

test('a cache that is given twice counts once, and what is no cache is refused', () => {
  const cache = new FakeCache('shop', fakeStats({}))
  expect(observedCaches([cache, cache])).toEqual([cache])
  expect(() => observedCaches([cache, { namespace: 'shop' } as ObservedCache])).toThrow(
    expect.objectContaining({ path: 'caches[1]' }) as Error,
  )
  expect(() => observedCaches(undefined as never)).toThrow(
    expect.objectContaining({ path: 'caches[0]' }) as Error,
  )
})
