import { expect, test } from 'vitest'
import { type BreakerState, CircuitBreaker } from '../../src/resilience/circuit-breaker.ts'
import { ManualClock } from '../../src/testing/index.ts'

function breakerAt(clock: ManualClock, onChange?: (state: BreakerState) => void): CircuitBreaker {
  return new CircuitBreaker(clock, { random: () => 0.5, ...(onChange && { onChange }) })
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

test('rule 22: the two seconds end with the present call, wherever they began', () => {
  const clock = new ManualClock()
  const breaker = breakerAt(clock)
  breaker.succeeded()
  clock.advance('1500ms')
  for (let call = 0; call < 10; call += 1) breaker.failed(false)
  clock.advance('1000ms')
  for (let call = 0; call < 8; call += 1) breaker.failed(false)
  expect(breaker.state).toBe('closed')
  breaker.failed(false)
  breaker.failed(false)
  expect(breaker.state).toBe('open')
})

test('rule 22: failures that are older than two seconds do not count', () => {
  const clock = new ManualClock()
  const breaker = breakerAt(clock)
  for (let call = 0; call < 19; call += 1) breaker.failed(false)
  clock.advance('2001ms')
  breaker.failed(false)
  expect(breaker.state).toBe('closed')
})

test('rule 22: its pause has a tenth of jitter, so that processes do not probe at the same moment', () => {
  for (const [random, openMs] of [
    [0, 900],
    [1, 1100],
  ] as const) {
    const clock = new ManualClock()
    const breaker = new CircuitBreaker(clock, { random: () => random })
    for (let call = 0; call < 5; call += 1) breaker.failed(true)
    clock.advance(`${openMs - 1}ms`)
    expect(breaker.allows()).toBe(false)
    clock.advance('1ms')
    expect(breaker.allows()).toBe(true)
  }
})

test('each change of state is told once', () => {
  const clock = new ManualClock()
  const states: BreakerState[] = []
  const breaker = breakerAt(clock, (state) => states.push(state))
  breaker.succeeded()
  for (let call = 0; call < 8; call += 1) breaker.failed(true)
  expect(states).toEqual(['open'])
  clock.advance('1000ms')
  expect(states).toEqual(['open'])
  breaker.allows()
  breaker.failed(true)
  clock.advance('2000ms')
  breaker.allows()
  breaker.succeeded()
  breaker.reset()
  expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed'])
})
