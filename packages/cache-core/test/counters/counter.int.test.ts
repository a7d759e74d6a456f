import { afterEach, expect, test, vi } from 'vitest'
import type { CounterBatch, CounterSink } from '../../src/index.ts'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { createGate } from '../support/gate.ts'

afterEach(closeAll)

/** A source that applies each batch at most once, as a sink must. */
class Ledger implements CounterSink {
  readonly counts = new Map<string, { value: number; applied: number }>()
  readonly batches: CounterBatch[] = []
  last = 0

  apply(batch: CounterBatch): Promise<void> {
    this.batches.push(batch)
    for (const { key, delta } of batch.deltas) {
      const entry = this.at(key)
      if (entry.applied < batch.id) this.counts.set(key, { value: entry.value + delta, applied: batch.id })
    }
    this.last = Math.max(this.last, batch.id)
    return Promise.resolve()
  }

  lastApplied(): Promise<number> {
    return Promise.resolve(this.last)
  }

  at(key: string): { value: number; applied: number } {
    return this.counts.get(key) ?? { value: 0, applied: 0 }
  }
}

async function views(namespace: string, ledger: Ledger) {
  const { cache, redis } = await connectCache({ namespace })
  const seed = vi.fn(({ id }: { id: unknown }) => ledger.at(`video:views:${String(id)}`))
  return { cache, redis, seed, counter: cache.counter({ key: 'video:views:{id}', seed, sink: ledger }) }
}

test('concurrent first touches seed once, and none is lost', async () => {
  const ledger = new Ledger()
  ledger.counts.set('video:views:1', { value: 41, applied: 0 })
  const namespace = uniqueNamespace()
  const [one, two] = [await views(namespace, ledger), await views(namespace, ledger)]
  const counts = await Promise.all([
    ...Array.from({ length: 20 }, () => one.counter.increment({ id: 1 })),
    ...Array.from({ length: 20 }, () => two.counter.increment({ id: 1 })),
  ])
  expect([...counts].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => 42 + index))
  expect(one.seed).toHaveBeenCalledTimes(1)
})

test('a lost count is seeded again from the source and what is pending, never from 0', async () => {
  const ledger = new Ledger()
  ledger.counts.set('video:views:1', { value: 100, applied: 0 })
  const { counter, redis, cache } = await views(uniqueNamespace(), ledger)
  await counter.increment({ id: 1 }, 5)
  await redis.del(`${cache.namespace}:video:views:1`)
  expect(await counter.get({ id: 1 })).toBe(105)
  await counter.flush()
  await redis.del(`${cache.namespace}:video:views:1`)
  expect(await counter.get({ id: 1 })).toBe(105)
  expect(ledger.at('video:views:1').value).toBe(105)
  expect(await counter.pending()).toBe(0)
})

test('a flush that dies after applying is finished by the next one, and counts once', async () => {
  const ledger = new Ledger()
  const namespace = uniqueNamespace()
  const dying = await views(namespace, ledger)
  await dying.counter.increment({ id: 1 }, 7)
  const apply = vi.spyOn(ledger, 'apply').mockImplementationOnce(async (batch) => {
    await Ledger.prototype.apply.call(ledger, batch)
    throw new Error('killed before the acknowledgement')
  })
  await expect(dying.counter.flush()).rejects.toThrow('killed before')
  await dying.counter.increment({ id: 1 }, 2)
  const next = await views(namespace, ledger)
  expect(await next.counter.get({ id: 1 })).toBe(9)
  await dying.redis.del(`${namespace}:video:views:1`)
  expect(await next.counter.get({ id: 1 })).toBe(9)
  await next.counter.flush()
  expect(ledger.at('video:views:1').value).toBe(9)
  expect(apply).toHaveBeenCalledTimes(3)
})

test('seeding starts over when a batch is taken while the source is read', async () => {
  const ledger = new Ledger()
  const namespace = uniqueNamespace()
  const other = await views(namespace, ledger)
  await other.counter.increment({ id: 1 }, 3)
  await other.redis.del(`${namespace}:video:views:1`)
  const { cache } = await connectCache({ namespace })
  const gate = createGate()
  let reads = 0
  const counter = cache.counter({
    key: 'video:views:{id}',
    sink: ledger,
    seed: async () => {
      reads += 1
      const read = ledger.at('video:views:1')
      if (reads === 1) await gate.pass()
      return read
    },
  })
  const count = counter.get({ id: 1 })
  await gate.reached
  await other.counter.flush()
  gate.open()
  expect(await count).toBe(3)
  expect(reads).toBe(2)
})

test('a count stops at 0 unless it may fall below, and what did not happen is not flushed', async () => {
  const ledger = new Ledger()
  const { counter, cache } = await views(uniqueNamespace(), ledger)
  expect(await counter.increment({ id: 1 }, 2)).toBe(2)
  expect(await counter.decrement({ id: 1 }, 5)).toBe(0)
  expect(await counter.pending()).toBe(0)
  const signed = cache.counter({ key: 'balance:{id}', seed: () => 0, allowNegative: true })
  expect(await signed.decrement({ id: 1 }, 5)).toBe(-5)
})

test('overflow and fractions are refused and change nothing', async () => {
  const { counter } = await views(uniqueNamespace(), new Ledger())
  await counter.increment({ id: 1 }, Number.MAX_SAFE_INTEGER - 1)
  await expect(counter.increment({ id: 1 }, 5)).rejects.toMatchObject({ code: 'E_CACHE_STORE' })
  await expect(counter.increment({ id: 1 }, 0.5)).rejects.toMatchObject({
    code: 'E_CACHE_CONFIG',
    path: 'by',
  })
  expect(await counter.get({ id: 1 })).toBe(Number.MAX_SAFE_INTEGER - 1)
})

test('many counts are read in order, seeded where Redis has none, and flushed when the cache closes', async () => {
  const ledger = new Ledger()
  ledger.counts.set('video:views:b', { value: 5, applied: 0 })
  const { counter, cache } = await views(uniqueNamespace(), ledger)
  await counter.increment({ id: 'a' })
  expect(await counter.getMany([{ id: 'b' }, { id: 'a' }, { id: 'c' }])).toEqual([5, 1, 0])
  await cache.close()
  expect(ledger.at('video:views:a').value).toBe(1)
  expect(ledger.batches[0]?.deltas).toEqual([{ key: 'video:views:a', params: { id: 'a' }, delta: 1 }])
})

test('a parameter that is too long to stand in a key is refused, since no sink could tell it', async () => {
  const { counter } = await views(uniqueNamespace(), new Ledger())
  await expect(counter.increment({ id: 'x'.repeat(200) })).rejects.toMatchObject({
    code: 'E_CACHE_CONFIG',
    path: 'params',
  })
  expect(await counter.increment({ id: '%h' })).toBe(1)
})
