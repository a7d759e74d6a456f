import { expect, test } from 'vitest'
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

test('other keys do not wait', async () => {
  const flights = new SourceFlights<string>()
  const gate = createGate()
  const held = flights.load('one', () => gate.pass().then(() => 'one'))
  expect(await flights.load('other', () => Promise.resolve('other'))).toBe('other')
  gate.open()
  expect(await held).toBe('one')
})
