import { afterEach, expect, test, vi } from 'vitest'
import { TrustedSubscription } from '../../src/bus/trusted-subscription.ts'
import { EventBus } from '../../src/observability/events.ts'
import { FakeSubscriber } from '../support/fake-subscriber.ts'
import { NearWorld } from '../support/near-world.ts'

afterEach(() => vi.restoreAllMocks())

/** A near tier that is trusted by heartbeats. */
class HeartbeatWorld extends NearWorld {
  readonly clients: FakeSubscriber[] = []
  readonly events = new EventBus('n')
  readonly send = vi.fn<() => void>()
  readonly setUp = vi.fn<() => Promise<void>>(() => Promise.resolve())
  readonly subscription = new TrustedSubscription({
    tier: this.tier,
    client: Object.assign({} as never, { duplicate: () => this.#connect() }),
    clock: this.clock,
    events: this.events,
    setUp: this.setUp,
    send: this.send,
  })

  constructor() {
    super({ ttlMs: 1e9 }, 0)
    this.subscription.open()
  }

  get client(): FakeSubscriber {
    const client = this.clients.at(-1)
    if (client === undefined) throw new Error('no connection was made')
    return client
  }

  /** A second passes, and a heartbeat is due. */
  second(): void {
    this.clock.advance('1000ms')
    this.subscription.beat()
  }

  #connect(): FakeSubscriber {
    const client = new FakeSubscriber()
    this.clients.push(client)
    return client
  }
}

test('rule 19: the tier is used once a heartbeat has come back, and not before', async () => {
  const world = new HeartbeatWorld()
  await world.client.accept()
  expect(world.send).toHaveBeenCalledTimes(1)
  expect(world.tier.bypassed).toBe(true)
  world.subscription.heard()
  expect(world.tier.bypassed).toBe(false)
})

test('a heartbeat that comes back when the connection is gone makes nobody trust it', async () => {
  const world = new HeartbeatWorld()
  world.subscription.heard()
  expect(world.tier.bypassed).toBe(true)
  await world.client.accept()
  world.client.emit('close')
  world.subscription.heard()
  expect(world.tier.bypassed).toBe(true)
})

test('rule 19: a lost connection passes the tier by at once, until a heartbeat comes back on another one', async () => {
  const world = new HeartbeatWorld()
  await world.client.accept()
  world.subscription.heard()
  world.client.emit('close')
  expect(world.tier.bypassed).toBe(true)
  world.clock.advance('50ms')
  await world.client.accept()
  expect(world.tier.bypassed).toBe(true)
  world.subscription.heard()
  expect(world.tier.bypassed).toBe(false)
  expect(world.told.map(({ reason }) => reason)).toEqual(['trusted', 'lost', 'trusted'])
})

test('rule 19: a deaf connection passes the tier by after three seconds, and is made anew', async () => {
  const world = new HeartbeatWorld()
  await world.client.accept()
  world.subscription.heard()
  const [deaf] = world.clients
  for (let passed = 1; passed <= 3; passed += 1) world.second()
  expect(world.tier.bypassed).toBe(true)
  expect(deaf?.isDisconnected).toBe(false)
  world.second()
  expect(deaf?.isDisconnected).toBe(true)
  expect(world.told.at(-1)).toEqual({ bypassed: true, reason: 'silent' })
  world.clock.advance('50ms')
  await world.client.accept()
  world.subscription.heard()
  expect(world.tier.bypassed).toBe(false)
})

test('an event loop that was late for long does not take its connection for deaf', async () => {
  const world = new HeartbeatWorld()
  await world.client.accept()
  world.subscription.heard()
  world.clock.block('60000ms')
  world.subscription.beat()
  expect(world.tier.bypassed).toBe(true)
  expect(world.client.isDisconnected).toBe(false)
  world.subscription.heard()
  expect(world.tier.bypassed).toBe(false)
})

test('an account that may not subscribe is told so', async () => {
  const world = new HeartbeatWorld()
  const warnings: string[] = []
  world.events.on('warning', ({ message }) => warnings.push(message))
  world.setUp.mockRejectedValueOnce(new Error('NOPERM this user has no permissions'))
  await world.client.accept()
  expect(warnings).toEqual([expect.stringContaining('reads pass it by')])
})
