import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { openTelemetryTraces } from '../../src/opentelemetry/index.ts'
import { FakeCache, fakeStats } from '../support/fake-cache.ts'

const exporter = new InMemorySpanExporter()
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager())
})

afterEach(() => {
  exporter.reset()
  context.disable()
  trace.disable()
})

function milliseconds([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6
}

test('a load is a span that lasted as long, with namespace and definition and nothing else', () => {
  const cache = new FakeCache('shop', fakeStats({}))
  openTelemetryTraces(cache, { tracerProvider })
  const before = Date.now()
  cache.emit('load', { definition: 'video:{id}', durationMs: 12.5, failed: false })
  const after = Date.now()
  const [span, ...others] = exporter.getFinishedSpans()
  expect(others).toEqual([])
  expect(span).toMatchObject({
    name: 'cache.load',
    kind: SpanKind.INTERNAL,
    status: { code: SpanStatusCode.UNSET },
    instrumentationScope: { name: '@vidnest/cache-core' },
  })
  expect(span?.attributes).toEqual({
    'vidnest.cache.namespace': 'shop',
    'vidnest.cache.definition': 'video:{id}',
  })
  expect(milliseconds(span?.duration ?? [0, 0])).toBeCloseTo(12.5, 3)
  expect(milliseconds(span?.endTime ?? [0, 0])).toBeGreaterThanOrEqual(before)
  expect(milliseconds(span?.endTime ?? [0, 0])).toBeLessThanOrEqual(after)
})

test('a load that failed is an error, without the words of its error', () => {
  const cache = new FakeCache('shop', fakeStats({}))
  openTelemetryTraces(cache, { tracerProvider })
  cache.emit('load', { definition: 'video:{id}', durationMs: 1, failed: true })
  const [span] = exporter.getFinishedSpans()
  expect(span).toMatchObject({ status: { code: SpanStatusCode.ERROR }, events: [] })
  expect(span?.status.message).toBeUndefined()
  expect(span?.attributes['error.type']).toBe('_OTHER')
})

test('the span is a child of the one that was active where the value was asked for', async () => {
  const cache = createCache({ namespace: 'shop', enabled: false })
  openTelemetryTraces(cache, { tracerProvider })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '1m' },
    load: () => new Promise<string>((resolve) => setImmediate(resolve, 'loaded')),
  })
  const tracer = tracerProvider.getTracer('test')
  const ids = await Promise.all(
    [1, 2].map((id) =>
      tracer.startActiveSpan(`request ${String(id)}`, async (request) => {
        await video.getOrSet({ id })
        request.end()
        return request.spanContext().spanId
      }),
    ),
  )
  const loads = exporter.getFinishedSpans().filter(({ name }) => name === 'cache.load')
  expect(loads.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(ids)
})

test('the provider that the SDK registers is used, also when that happens later', () => {
  const cache = new FakeCache('shop', fakeStats({}))
  openTelemetryTraces([cache])
  cache.emit('load', { definition: 'video:{id}', durationMs: 1, failed: false })
  expect(exporter.getFinishedSpans()).toEqual([])
  trace.setGlobalTracerProvider(tracerProvider)
  cache.emit('load', { definition: 'video:{id}', durationMs: 1, failed: false })
  expect(exporter.getFinishedSpans()).toHaveLength(1)
})

test('the result of the call ends it, and an option that is not known is refused', () => {
  const cache = new FakeCache('shop', fakeStats({}))
  openTelemetryTraces(cache, { tracerProvider })()
  expect(cache.isHeard('load')).toBe(false)
  expect(() => openTelemetryTraces(cache, { tracer: 1 } as never)).toThrow(
    expect.objectContaining({ path: 'tracer' }) as Error,
  )
})
