import { expect, test, vi } from 'vitest'
import type { RedisLike } from '../../src/index.ts'
import { RedisGate } from '../../src/redis/redis-gate.ts'
import { CircuitBreaker } from '../../src/resilience/circuit-breaker.ts'
import { ManualClock } from '../../src/testing/index.ts'

/** A client whose replies the test gives. */
class AskedClient implements RedisLike {
  status = 'ready'
  readonly options: object
  readonly asked: PromiseWithResolvers<unknown>[] = []

  constructor(options: object = {}) {
    this.options = options
  }

  call(): Promise<unknown> {
    const reply = Promise.withResolvers<unknown>()
    this.asked.push(reply)
    return reply.promise
  }

  pipeline = () => ({ exec: () => Promise.resolve([]) })
  on = () => undefined
  off = () => undefined
}

function gateTo(client: AskedClient) {
  const clock = new ManualClock()
  const breaker = new CircuitBreaker(clock)
  const [onFailure, onRecovery] = [vi.fn(), vi.fn()]
  const gate = new RedisGate({ client, clock, breaker, timeoutMs: 100, onFailure, onRecovery })
  return { clock, breaker, gate, onFailure, onRecovery }
}

const clientTimeout = new Error('Command timed out')

async function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error)
}

test('rule 21: an operation ends at its deadline, whatever the client does', async () => {
  const client = new AskedClient()
  const { clock, gate, onFailure } = gateTo(client)
  const read = settled(gate.run('read', () => client.call()))
  clock.advance('100ms')
  expect(await read).toMatchObject({ code: 'E_CACHE_TIMEOUT', phase: 'store' })
  expect(onFailure).toHaveBeenCalledTimes(1)
})

test('rule 21: a reply that arrived while the event loop was late is taken', async () => {
  const client = new AskedClient()
  const { clock, breaker, gate, onFailure } = gateTo(client)
  const read = gate.run('read', () => client.call())
  clock.block('5000ms')
  clock.unblock()
  client.asked[0]?.resolve('there all along')
  expect(await read).toBe('there all along')
  expect(onFailure).not.toHaveBeenCalled()
  expect(breaker.state).toBe('closed')
})

test('rule 21: a client’s own timeout that fired late does not count: what can be repeated is asked once more', async () => {
  const client = new AskedClient({ commandTimeout: 150 })
  const { clock, gate, onFailure } = gateTo(client)
  const read = gate.run('read', () => client.call())
  clock.block('300ms')
  clock.unblock()
  client.asked[0]?.reject(clientTimeout)
  await vi.waitFor(() => {
    expect(client.asked).toHaveLength(2)
  })
  client.asked[1]?.resolve('there all along')
  expect(await read).toBe('there all along')
  expect(onFailure).not.toHaveBeenCalled()
})

test.each([
  ['on time', 'read', 0],
  ['late, of what must not be repeated', 'counter', 300],
] as const)('rule 21: a client’s own timeout that fired %s is one', async (_, operation, lateMs) => {
  const client = new AskedClient({ redisOptions: { commandTimeout: 50 } })
  const { clock, gate } = gateTo(client)
  const read = settled(gate.run(operation, () => client.call()))
  clock.advance('50ms')
  if (lateMs > 0) clock.block(`${lateMs}ms`)
  client.asked[0]?.reject(clientTimeout)
  expect(await read).toMatchObject({ code: 'E_CACHE_TIMEOUT' })
  expect(client.asked).toHaveLength(1)
})

test('rule 21: what is asked once more ends at its deadline too', async () => {
  const client = new AskedClient({ commandTimeout: 150 })
  const { clock, gate } = gateTo(client)
  const read = settled(gate.run('read', () => client.call()))
  clock.block('300ms')
  clock.unblock()
  client.asked[0]?.reject(clientTimeout)
  await vi.waitFor(() => {
    expect(client.asked).toHaveLength(2)
  })
  clock.advance('100ms')
  expect(await read).toMatchObject({ code: 'E_CACHE_TIMEOUT' })
})

test('rule 22: an open breaker holds back what can be done without, never an invalidation', async () => {
  const client = new AskedClient()
  const { breaker, gate } = gateTo(client)
  for (let call = 0; call < 5; call += 1) breaker.failed(true)
  expect(await settled(gate.run('read', () => client.call()))).toMatchObject({ code: 'E_CACHE_STORE' })
  expect(client.asked).toHaveLength(0)
  const invalidation = gate.insist('invalidate', () => client.call())
  client.asked[0]?.resolve(1)
  expect(await invalidation).toBe(1)
  expect(breaker.state).toBe('closed')
})

test('rule 23: the first success after a failure is told, before its caller hears of it', async () => {
  const client = new AskedClient()
  const { gate, onRecovery } = gateTo(client)
  const order: string[] = []
  onRecovery.mockImplementation(() => order.push('recovery'))
  const failing = settled(gate.run('read', () => client.call()))
  client.asked[0]?.reject(new Error('Connection is closed.'))
  await failing
  for (const answer of ['first', 'second']) {
    const read = gate.run('read', () => client.call()).then(() => order.push(answer))
    client.asked.at(-1)?.resolve(answer)
    await read
  }
  expect(order).toEqual(['recovery', 'first', 'second'])
})

test('a client that waits for its first command to connect is given one, and costs no wait', async () => {
  const client = new AskedClient()
  client.status = 'wait'
  const { gate } = gateTo(client)
  expect(await settled(gate.run('read', () => client.call()))).toMatchObject({ code: 'E_CACHE_STORE' })
  expect(client.asked).toHaveLength(1)
  client.status = 'connecting'
  await settled(gate.insist('invalidate', () => client.call()))
  expect(client.asked).toHaveLength(1)
})

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", 'closed'],
  ["READONLY You can't write against a read only replica.", 'open'],
  ["ERR Error running script (call to f_1): @user_script: 1: -READONLY You can't write against it.", 'open'],
] as const)('rule 22: after many answers %s the breaker is %s', async (message, state) => {
  const client = new AskedClient()
  const { breaker, gate } = gateTo(client)
  for (let call = 0; call < 20; call += 1) {
    const acquired = settled(gate.run('acquire', () => client.call()))
    client.asked.at(-1)?.reject(new Error(message))
    expect(await acquired).toMatchObject({ code: 'E_CACHE_STORE' })
  }
  expect(breaker.state).toBe(state)
})
