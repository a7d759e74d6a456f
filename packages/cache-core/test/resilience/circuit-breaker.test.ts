import { expect, test } from 'vitest'
import { CircuitBreaker } from '../../src/resilience/circuit-breaker.ts'
import { ManualClock } from '../../src/testing/index.ts'

function breakerAt(clock: ManualClock): CircuitBreaker {
  return new CircuitBreaker(clock, () => 0.5)
}

test('rule 22: five timeouts in a row open it, an answer between them does not', () => {
  const breaker = breakerAt(new ManualClock())
  for (let call = 0; call < 4; call += 1) breaker.failed(true)
  breaker.succeeded()
  for (let call = 0; call < 4; call += 1) breaker.failed(true)
  expect(breaker.state).toBe('closed')
  breaker.failed(true)
  expect(breaker.state).toBe('open')
  expect(breaker.allows()).toBe(false)
})

test('rule 22: half of at least twenty calls failing within two seconds opens it', () => {
  const clock = new ManualClock()
  const breaker = breakerAt(clock)
  for (let call = 0; call < 9; call += 1) breaker.succeeded()
  for (let call = 0; call < 9; call += 1) breaker.failed(false)
  expect(breaker.state).toBe('closed')
  breaker.succeeded()
  breaker.failed(false)
  expect(breaker.state).toBe('open')
})

test('rule 22: it stays open for a second, then one probe decides; each failure doubles that, up to ten seconds', () => {
  const clock = new ManualClock()
  const breaker = breakerAt(clock)
  for (let call = 0; call < 5; call += 1) breaker.failed(true)
  for (const openMs of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
    clock.advance(`${openMs - 1}ms`)
    expect(breaker.allows()).toBe(false)
    clock.advance('1ms')
    expect(breaker.allows()).toBe(true)
    expect(breaker.allows()).toBe(false)
    breaker.failed(true)
  }
  clock.advance('10s')
  expect(breaker.allows()).toBe(true)
  expect(breaker.succeeded()).toBe(true)
  expect(breaker.state).toBe('closed')
})
