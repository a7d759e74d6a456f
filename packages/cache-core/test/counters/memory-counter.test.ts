import { expect, test, vi } from 'vitest'
import { createCache, type CounterBatch, type CounterSink } from '../../src/index.ts'
import { createGate } from '../support/gate.ts'

/** A source that applies each batch at most once, as a sink must. */
class Ledger implements CounterSink {
  readonly counts = new Map<string, number>()
  readonly batches: CounterBatch[] = []
  last = 0

  apply(batch: CounterBatch): Promise<void> {
    this.batches.push(batch)
    if (batch.id > this.last)
      for (const { key, delta } of batch.deltas) this.counts.set(key, (this.counts.get(key) ?? 0) + delta)
    this.last = Math.max(this.last, batch.id)
    return Promise.resolve()
  }

  lastApplied(): Promise<number> {
    return Promise.resolve(this.last)
  }
}

function views(ledger: Ledger) {
  const cache = createCache({ namespace: 'n' })
  const seed = vi.fn(({ id }: { id: unknown }) => ledger.counts.get(`views:${String(id)}`) ?? 0)
  return { cache, seed, counter: cache.counter({ key: 'views:{id}', seed, sink: ledger }) }
}

test('without Redis a cache counts in memory: seeded once, stopped at 0, flushed once', async () => {
  const ledger = new Ledger()
  ledger.counts.set('views:1', 40)
  const { counter, seed, cache } = views(ledger)
  await Promise.all([counter.increment({ id: 1 }), counter.increment({ id: 1 })])
  expect(await counter.increment({ id: 1 }, 3)).toBe(45)
  expect(seed).toHaveBeenCalledTimes(1)
  expect(await counter.decrement({ id: 2 }, 7)).toBe(0)
  expect(await counter.getMany([{ id: 2 }, { id: 1 }])).toEqual([0, 45])
  expect(await counter.pending()).toBe(1)
  expect(await counter.flush()).toBe(1)
  expect([ledger.counts.get('views:1'), await counter.pending()]).toEqual([45, 0])
  await counter.increment({ id: 1 })
  await cache.close()
  expect(ledger.counts.get('views:1')).toBe(46)
  const ids = ledger.batches.map(({ id }) => id)
  expect(ids).toEqual(ids.toSorted((a, b) => a - b))
})

test('a count that is forgotten is seeded from the source and what is pending', async () => {
  const ledger = new Ledger()
  const { counter } = views(ledger)
  await counter.increment({ id: 1 }, 5)
  await counter.reset({ id: 1 })
  expect(await counter.get({ id: 1 })).toBe(5)
  const apply = vi.spyOn(ledger, 'apply').mockRejectedValueOnce(new Error('the source is down'))
  await expect(counter.flush()).rejects.toThrow('the source is down')
  await counter.reset({ id: 1 })
  expect(await counter.increment({ id: 1 }, 2)).toBe(7)
  await counter.flush()
  expect([ledger.counts.get('views:1'), await counter.pending()]).toEqual([7, 0])
  expect(new Set(apply.mock.calls.map(([{ id }]) => id)).size).toBe(2)
})

test('seeding starts over when a batch is taken while the source is read', async () => {
  const ledger = new Ledger()
  const cache = createCache({ namespace: 'n' })
  const gate = createGate()
  let reads = 0
  const counter = cache.counter({
    key: 'views:{id}',
    sink: ledger,
    seed: async () => {
      const read = ledger.counts.get('views:1') ?? 0
      reads += 1
      if (reads === 2) await gate.pass()
      return read
    },
  })
  await counter.increment({ id: 1 }, 3)
  await counter.reset({ id: 1 })
  const count = counter.get({ id: 1 })
  await gate.reached
  await counter.flush()
  gate.open()
  expect(await count).toBe(3)
  expect(reads).toBe(3)
})

test('more counters than are kept are seeded again; those without a sink are all kept', async () => {
  const ledger = new Ledger()
  const { counter, cache, seed } = views(ledger)
  const alone = cache.counter({ key: 'alone:{id}', seed: () => 0 })
  for (let id = 0; id < 10_001; id += 1)
    await Promise.all([counter.increment({ id }), alone.increment({ id })])
  expect(await counter.get({ id: 0 })).toBe(1)
  expect(seed).toHaveBeenCalledTimes(10_002)
  expect(await alone.get({ id: 0 })).toBe(1)
})

test('overflow is refused and changes nothing; below 0 only where it may', async () => {
  const { counter, cache } = views(new Ledger())
  await counter.increment({ id: 1 }, Number.MAX_SAFE_INTEGER - 1)
  await expect(counter.increment({ id: 1 }, 5)).rejects.toMatchObject({ code: 'E_CACHE_STORE' })
  expect(await counter.get({ id: 1 })).toBe(Number.MAX_SAFE_INTEGER - 1)
  const signed = cache.counter({ key: 'balance:{id}', seed: () => 0, allowNegative: true })
  expect(await signed.decrement({ id: 1 }, 5)).toBe(-5)
})
