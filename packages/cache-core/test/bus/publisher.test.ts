import { expect, test, vi } from 'vitest'
import { decodeMessage } from '../../src/bus/message.ts'
import { Publisher } from '../../src/bus/publisher.ts'
import type { RedisArgument, RedisLike } from '../../src/index.ts'
import { keyChange } from '../../src/memory/change.ts'
import { EventBus } from '../../src/observability/events.ts'
import { RedisGate } from '../../src/redis/redis-gate.ts'
import { CircuitBreaker } from '../../src/resilience/circuit-breaker.ts'
import { ManualClock } from '../../src/testing/index.ts'

/** A client that notes what it publishes; `reply` may fail. */
class FakeClient {
  status = 'ready'
  readonly options = {}
  readonly sent: string[] = []
  reply = (): Promise<unknown> => Promise.resolve(1)

  call(command: string, ...args: RedisArgument[]): Promise<unknown> {
    if (command !== 'PUBLISH' || args[0] !== 'n:~bus') throw new Error(`unexpected ${command}`)
    this.sent.push(String(args[1]))
    return this.reply()
  }

  pipeline(): never {
    throw new Error('not needed')
  }

  on(): void {}
  off(): void {}
}

function publisherOn(client: RedisLike) {
  const clock = new ManualClock()
  const onAnnounce = vi.fn<() => void>()
  const onFailure = vi.fn<(operation: string) => void>()
  const events = new EventBus('n')
  const gate = new RedisGate({
    client,
    clock,
    breaker: new CircuitBreaker(clock),
    timeoutMs: 100,
    onFailure,
    onRecovery: () => undefined,
  })
  const publisher = new Publisher({ gate, channel: 'n:~bus', events, onAnnounce })
  return { publisher, clock, events, onAnnounce, onFailure }
}

test('rule 19: changes are numbered, and heartbeats repeat the last number', async () => {
  const client = new FakeClient()
  const { publisher, onAnnounce } = publisherOn(client)
  publisher.beat()
  expect(onAnnounce).not.toHaveBeenCalled()
  await publisher.announce(keyChange('a'))
  publisher.beat()
  await publisher.announce(keyChange('b'))
  expect(client.sent.map((text) => decodeMessage(text))).toMatchObject([
    { from: publisher.id, number: 0, change: undefined },
    { from: publisher.id, number: 1, change: { keys: ['a'] } },
    { from: publisher.id, number: 1, change: undefined },
    { from: publisher.id, number: 2, change: { keys: ['b'] } },
  ])
  expect(onAnnounce).toHaveBeenCalledTimes(2)
})

test('rule 19: a message that cannot be sent is an event, no rejection, and its number is missing', async () => {
  const client = new FakeClient()
  const { publisher, onFailure, clock } = publisherOn(client)
  client.status = 'reconnecting'
  await publisher.announce(keyChange('a'))
  publisher.beat()
  expect(client.sent).toEqual([])
  client.status = 'ready'
  client.reply = () => Promise.reject(new Error('the connection was lost'))
  await publisher.announce(keyChange('b'))
  client.reply = () => new Promise(() => undefined)
  const unanswered = publisher.announce(keyChange('c'))
  clock.advance('100ms')
  await unanswered
  client.reply = () => Promise.resolve(1)
  publisher.beat()
  expect(onFailure.mock.calls.map(([operation]) => operation)).toEqual(['publish', 'publish', 'publish'])
  expect(decodeMessage(client.sent.at(-1) ?? '')?.number).toBe(3)
})

test('what becomes of a heartbeat says nothing of Redis', async () => {
  const client = new FakeClient()
  const { publisher, onFailure, clock } = publisherOn(client)
  client.reply = () => Promise.reject(new Error('the connection was lost'))
  publisher.beat()
  client.reply = () => new Promise(() => undefined)
  publisher.beat()
  clock.advance('1000ms')
  await Promise.resolve()
  expect(onFailure).not.toHaveBeenCalled()
})

test('an account that may not publish is told once, and nothing is tried again', async () => {
  const client = new FakeClient()
  const { publisher, onFailure, events } = publisherOn(client)
  const warnings: string[] = []
  events.on('warning', ({ message }) => warnings.push(message))
  client.reply = () => Promise.reject(new Error('NOPERM No permissions to access a channel'))
  await publisher.announce(keyChange('a'))
  await publisher.announce(keyChange('b'))
  publisher.beat()
  expect(client.sent).toHaveLength(1)
  expect(warnings).toEqual([expect.stringContaining('PUBLISH is refused')])
  expect(onFailure).not.toHaveBeenCalled()
})

test('on a Cluster all messages go through one node, so that none overtakes another, until it is gone', async () => {
  let nodes = [new FakeClient(), new FakeClient(), new FakeClient()]
  const cluster = Object.assign(new FakeClient(), {
    isCluster: true,
    slots: [],
    nodes: () => nodes,
    refreshSlotsCache: () => undefined,
  })
  const { publisher } = publisherOn(cluster)
  for (let count = 0; count < 10; count += 1) await publisher.announce(keyChange('a'))
  const used = nodes.filter(({ sent }) => sent.length > 0)
  expect(used.map(({ sent }) => sent.length)).toEqual([10])
  nodes = nodes.filter((node) => !used.includes(node))
  await publisher.announce(keyChange('a'))
  expect(nodes.flatMap(({ sent }) => sent)).toHaveLength(1)
})
