import { expect, test, vi } from 'vitest'
import { Bulkhead } from '../../src/resilience/bulkhead.ts'
import { createGate, type Gate } from '../support/gate.ts'

/** Starts loaders that run until their gates open; `started` tells in which order they began. */
function start(bulkhead: Bulkhead, count: number) {
  const started: number[] = []
  const gates: Gate[] = Array.from({ length: count }, createGate)
  const results = gates.map((gate, index) =>
    bulkhead.run(async () => {
      started.push(index)
      await gate.pass()
      return index
    }),
  )
  return { started, gates, results }
}

const redis = { answers: true }

function bulkheadOf(limit?: number): Bulkhead {
  redis.answers = true
  return new Bulkhead({ limit, answers: () => redis.answers })
}

test('rule 22: no more than the limit run at once, and the others follow in the order in which they came', async () => {
  const bulkhead = bulkheadOf(2)
  const { started, gates, results } = start(bulkhead, 5)
  expect(bulkhead.load).toEqual({ running: 2, waiting: 3 })
  expect(started).toEqual([0, 1])
  gates[1]?.open()
  await results[1]
  await gates[2]?.reached
  expect(started).toEqual([0, 1, 2])
  for (const gate of gates) gate.open()
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4])
  expect(started).toEqual([0, 1, 2, 3, 4])
  expect(bulkhead.load).toEqual({ running: 0, waiting: 0 })
})

test('rule 22: by itself it limits nothing while Redis answers, and to a hundred while it does not', async () => {
  const bulkhead = bulkheadOf()
  const before = start(bulkhead, 150)
  expect(before.started).toHaveLength(150)
  expect(bulkhead.load).toEqual({ running: 0, waiting: 0 })
  redis.answers = false
  const during = start(bulkhead, 120)
  expect(bulkhead.load).toEqual({ running: 100, waiting: 20 })
  redis.answers = true
  bulkhead.admit()
  await Promise.all(during.gates.map(({ reached }) => reached))
  expect(bulkhead.load).toEqual({ running: 120, waiting: 0 })
  for (const gate of [...before.gates, ...during.gates]) gate.open()
  await Promise.all([...before.results, ...during.results])
  expect(bulkhead.load).toEqual({ running: 0, waiting: 0 })
})

test('the first loader after an outage lets in those that still wait', async () => {
  const bulkhead = bulkheadOf()
  redis.answers = false
  const { gates } = start(bulkhead, 101)
  expect(bulkhead.load.waiting).toBe(1)
  redis.answers = true
  expect(await bulkhead.run(() => 'after')).toBe('after')
  await gates[100]?.reached
  expect(bulkhead.load.waiting).toBe(0)
})

test('loaders that began while nothing was limited and then call others do not wait for each other', async () => {
  const bulkhead = bulkheadOf()
  const gate = createGate()
  const outer = Array.from({ length: 300 }, () =>
    bulkhead.run(async () => {
      await gate.pass()
      return bulkhead.run(() => bulkhead.run(() => 'inner'))
    }),
  )
  redis.answers = false
  gate.open()
  expect(await Promise.all(outer)).toEqual(Array(300).fill('inner'))
})

test('a limit of the user’s holds while Redis answers too', () => {
  const bulkhead = bulkheadOf(1)
  start(bulkhead, 3)
  bulkhead.admit()
  expect(bulkhead.load).toEqual({ running: 1, waiting: 2 })
})

test('a loader that fails gives its place up, and its error reaches its caller', async () => {
  const bulkhead = bulkheadOf(1)
  const failing = bulkhead.run(() => Promise.reject(new Error('no database')))
  const throwing = bulkhead.run(() => {
    throw new Error('at once')
  })
  await expect(failing).rejects.toThrow('no database')
  await expect(throwing).rejects.toThrow('at once')
  expect(await bulkhead.run(() => 'next')).toBe('next')
})

test('who gives up leaves the line, and never begins', async () => {
  const bulkhead = bulkheadOf(1)
  const { gates, results } = start(bulkhead, 1)
  const controller = new AbortController()
  const loader = vi.fn()
  const left = bulkhead.run(loader, { signal: controller.signal })
  const stays = bulkhead.run(() => 'stays', new AbortController())
  controller.abort(new Error('the client has gone'))
  await expect(left).rejects.toThrow('the client has gone')
  expect(bulkhead.load).toEqual({ running: 1, waiting: 1 })
  await expect(bulkhead.run(loader, { signal: controller.signal })).rejects.toThrow('the client has gone')
  gates[0]?.open()
  expect(await stays).toBe('stays')
  expect(await results[0]).toBe(0)
  expect(loader).not.toHaveBeenCalled()
})

test('an abort after the loader began is the loader’s business', async () => {
  const bulkhead = bulkheadOf(1)
  const { gates } = start(bulkhead, 1)
  const controller = new AbortController()
  const late = bulkhead.run(() => {
    controller.abort(new Error('too late'))
    return 'done'
  }, controller)
  gates[0]?.open()
  expect(await late).toBe('done')
})

test('a loader that calls loaders waits for no place, however deep and in whichever cache', async () => {
  const [one, other] = [bulkheadOf(1), bulkheadOf(1)]
  const nested = (): Promise<string> =>
    one.run(() => other.run(async () => one.run(async () => Promise.resolve('innermost'))))
  expect(await Promise.all([nested(), nested(), nested()])).toEqual(Array(3).fill('innermost'))
})

test('what a loader has left behind waits like everybody else once the loader has ended', async () => {
  const bulkhead = bulkheadOf(1)
  const ended = createGate()
  let leftBehind: Promise<string> | undefined
  await bulkhead.run(() => {
    leftBehind = ended.pass().then(() => bulkhead.run(() => 'left behind'))
  })
  const { gates } = start(bulkhead, 1)
  ended.open()
  await vi.waitFor(() => {
    expect(bulkhead.load).toEqual({ running: 1, waiting: 1 })
  })
  gates[0]?.open()
  expect(await leftBehind).toBe('left behind')
})
