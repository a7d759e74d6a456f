import { describe, expect, test } from 'vitest'
import { Pulse, pulseOf, ServerPulse } from '../../src/redis/pulse.ts'
import type { RedisLike } from '../../src/index.ts'
import { ManualClock } from '../../src/testing/index.ts'

/** Two connections to one server. */
function twoConnections() {
  const clock = new ManualClock()
  const server = new ServerPulse()
  const [one, other] = [new Pulse(clock, server), new Pulse(clock, server)]
  /** An operation that is answered after a millisecond. */
  const answered = (pulse: Pulse): void => {
    const sentAt = clock.now()
    clock.advance('1ms')
    pulse.beat(sentAt)
  }
  /** An operation that runs into its deadline. */
  const missed = (pulse: Pulse, waitMs = 100): void => {
    clock.advance(`${waitMs}ms`)
    pulse.miss(waitMs)
  }
  return { clock, one, other, answered, missed }
}

describe('one connection', () => {
  test('after a missed deadline only a probe now and then is sent, until an answer comes', () => {
    const { clock, one, missed } = twoConnections()
    expect([one.waitFor(100), one.waitFor(100)]).toEqual([100, 100])
    missed(one)
    expect(one.waitFor(100)).toBe(0)
    clock.advance('499ms')
    expect(one.waitFor(100)).toBe(0)
    clock.advance('1ms')
    expect([one.waitFor(100), one.waitFor(100)]).toEqual([100, 0])
    missed(one)
    clock.advance('400ms')
    expect(one.waitFor(100)).toBe(100)
    one.beat(clock.now())
    expect([one.waitFor(100), one.waitFor(100)]).toEqual([100, 100])
  })

  test('who has more time than the operation that was missed waits for what is left of it', () => {
    const { clock, one, missed } = twoConnections()
    missed(one)
    expect(one.waitFor(250)).toBe(150)
    clock.advance('149ms')
    expect([one.waitFor(250), one.waitFor(100)]).toEqual([1, 0])
    clock.advance('1ms')
    expect(one.waitFor(250)).toBe(0)
  })

  test('a connection that failed is replaced by one that owes nothing', () => {
    const pulse = new Pulse(new ManualClock())
    pulse.miss(100)
    expect(pulse.waitFor(100)).toBe(0)
    pulse.lost()
    expect(pulse.waitFor(100)).toBe(100)
  })
})

describe('two connections to one server', () => {
  test('a missed deadline of one spares the other its own, and they share the probe', () => {
    const { clock, one, other, missed } = twoConnections()
    missed(one)
    expect([other.waitFor(100), other.waitFor(250)]).toEqual([0, 150])
    clock.advance('500ms')
    expect([other.waitFor(100), one.waitFor(100)]).toEqual([100, 0])
  })

  test('an answer to either, asked for after the silence began, ends it for both', () => {
    const { clock, one, other, missed, answered } = twoConnections()
    missed(one)
    answered(other)
    expect(other.waitFor(100)).toBe(100)
    // Its own reply is still overdue.
    expect(one.waitFor(100)).toBe(0)
    one.beat(clock.now())
    expect(one.waitFor(100)).toBe(100)
  })

  test('an answer that was on its way before the silence began does not end it', () => {
    const { clock, one, other, missed } = twoConnections()
    const before = clock.now()
    clock.advance('1ms')
    missed(one)
    other.beat(before)
    expect(other.waitFor(100)).toBe(0)
  })

  test('the overdue reply itself, when it comes at last, ends it for both', () => {
    const { clock, one, other, missed } = twoConnections()
    const sentAt = clock.now()
    missed(one)
    one.beat(sentAt)
    expect([one.waitFor(100), other.waitFor(100)]).toEqual([100, 100])
  })

  test('where the other is answered meanwhile, the silence is the connection’s alone', () => {
    const { clock, one, other, answered } = twoConnections()
    clock.advance('50ms')
    answered(other)
    clock.advance('49ms')
    one.miss(100)
    expect([one.waitFor(100), other.waitFor(100)]).toEqual([0, 100])
    clock.advance('500ms')
    expect(one.waitFor(100)).toBe(100)
  })

  test('an answer to what was asked at the same moment does not speak for the server', () => {
    const { clock, one, other, answered } = twoConnections()
    clock.advance('1ms')
    answered(other)
    clock.advance('98ms')
    one.miss(100)
    expect(other.waitFor(100)).toBe(0)
  })

  test('what a connection told goes with it; the loss of another one changes nothing', () => {
    const { one, other, missed } = twoConnections()
    missed(one)
    other.lost()
    expect([one.waitFor(100), other.waitFor(100)]).toEqual([0, 0])
    one.lost()
    expect([one.waitFor(100), other.waitFor(100)]).toEqual([100, 100])
  })
})

describe('clients share what they know of a server', () => {
  const clock = new ManualClock()
  const client = (options: object): RedisLike => ({ options }) as RedisLike
  const shares = (one: object, other: object): boolean => {
    const [pulse, second] = [pulseOf(client(one), clock), pulseOf(client(other), clock)]
    pulse.miss(100)
    const spared = second.waitFor(100) === 0
    pulse.beat(clock.now())
    return spared
  }
  const sentinels = [{ host: 's1', port: 26379 }]

  test.each([
    ['with other databases', { host: 'a', port: 1, db: 0 }, { host: 'a', port: 1, db: 1 }],
    [
      'by its socket',
      { path: '/redis.sock', host: 'a', port: 1 },
      { path: '/redis.sock', host: 'b', port: 2 },
    ],
    [
      'behind a Sentinel',
      { name: 'main', sentinels, db: 0 },
      { name: 'main', sentinels: [...sentinels], db: 1 },
    ],
  ])('%s', (_, one, other) => {
    expect(shares(one, other)).toBe(true)
  })

  test.each([
    ['of another port', { host: 'a', port: 1 }, { host: 'a', port: 2 }],
    ['of another host', { host: 'a', port: 1 }, { host: 'b', port: 1 }],
    ['of another socket', { path: '/one.sock' }, { path: '/other.sock' }],
    ['of another master', { name: 'main', sentinels }, { name: 'other', sentinels }],
    ['that do not say where it is', {}, {}],
  ])('but not with those %s', (_, one, other) => {
    expect(shares(one, other)).toBe(false)
  })

  test('and not with those of another clock, whose times mean nothing here', () => {
    const options = { host: 'c', port: 1 }
    const pulse = pulseOf(client(options), new ManualClock())
    pulse.miss(100)
    expect(pulseOf(client(options), new ManualClock()).waitFor(100)).toBe(100)
  })

  test('one client has one pulse, whoever uses it', () => {
    const same = client({})
    expect(pulseOf(same, clock)).toBe(pulseOf(same, new ManualClock()))
  })
})
