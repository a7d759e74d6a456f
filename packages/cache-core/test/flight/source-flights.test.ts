import { expect, test } from 'vitest'
import type { Audience } from '../../src/flight/flight.ts'
import { SourceFlights } from '../../src/flight/source-flights.ts'
import { createGate } from '../support/gate.ts'

test('rule 7: a caller joins only a load that begins after its call; one runs and one waits', async () => {
  const flights = new SourceFlights<number>()
  const gate = createGate()
  let begun = 0
  const load = async (): Promise<number> => {
    begun += 1
    const own = begun
    await gate.pass()
    return own
  }
  const first = flights.load('key', load)
  const later = Array.from({ length: 50 }, () => flights.load('key', load))
  expect(begun).toBe(1)
  gate.open()
  expect(await first).toBe(1)
  expect(new Set(await Promise.all(later))).toEqual(new Set([2]))
  expect(begun).toBe(2)
  expect(await flights.load('key', load)).toBe(3)
})

test('a load that fails reaches its callers and lets the next one begin', async () => {
  const flights = new SourceFlights<string>()
  const first = flights.load('key', () => Promise.reject(new Error('failed')))
  const second = flights.load('key', () => Promise.resolve('fine'))
  await expect(first).rejects.toThrow('failed')
  expect(await second).toBe('fine')
})

test('a load whose callers have all left is aborted, or never begins; whoever comes later gets one of its own', async () => {
  const flights = new SourceFlights<number>()
  const gate = createGate()
  const audiences: Audience[] = []
  const load = async (audience: Audience): Promise<number> => {
    const own = audiences.push(audience)
    await gate.pass()
    return own
  }
  const [one, two] = [new AbortController(), new AbortController()]
  const running = flights.load('key', load, one.signal)
  const waiting = [one, two].map(({ signal }) => flights.load('key', load, signal))
  const outcomes = Promise.allSettled([running, ...waiting])
  one.abort(new Error('one leaves'))
  expect(audiences.map(({ controller }) => controller.signal.aborted)).toEqual([true])
  two.abort(new Error('two leaves'))
  const later = flights.load('key', load)
  await expect(flights.load('key', load, one.signal)).rejects.toThrow('one leaves')
  gate.open()
  expect(await outcomes).toMatchObject([
    { reason: { message: 'one leaves' } },
    { reason: { message: 'one leaves' } },
    { reason: { message: 'two leaves' } },
  ])
  expect(await later).toBe(2)
  expect(audiences).toHaveLength(2)
})

test('other keys do not wait', async () => {
  const flights = new SourceFlights<string>()
  const gate = createGate()
  const held = flights.load('one', () => gate.pass().then(() => 'one'))
  expect(await flights.load('other', () => Promise.resolve('other'))).toBe('other')
  gate.open()
  expect(await held).toBe('one')
})
