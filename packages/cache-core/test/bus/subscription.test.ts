import { expect, test, vi } from 'vitest'
import { Subscription } from '../../src/bus/subscription.ts'
import { FakeSubscriber, settled } from '../support/fake-subscriber.ts'
import { ManualClock } from '../../src/testing/index.ts'

function subscriptionWorld() {
  const clock = new ManualClock()
  const clients: FakeSubscriber[] = []
  const told: string[] = []
  const available = { value: true }
  const setUp = vi.fn<() => Promise<void>>(() => Promise.resolve())
  const subscription = new Subscription({
    clock,
    random: () => 1,
    createClient: () => {
      if (!available.value) return undefined
      const client = new FakeSubscriber()
      clients.push(client)
      return client
    },
    setUp,
    onUp: () => told.push('up'),
    onDown: () => told.push('down'),
    onError: (error) => told.push(`error: ${error instanceof Error ? error.message : ''}`),
  })
  subscription.open()
  return { clock, clients, told, available, setUp, subscription }
}

/** The connection that was made last. */
function last(clients: readonly FakeSubscriber[]): FakeSubscriber {
  const client = clients.at(-1)
  if (client === undefined) throw new Error('no connection was made')
  return client
}

test('it is up once the connection is there and set up', async () => {
  const { clients, told, setUp } = subscriptionWorld()
  expect(told).toEqual([])
  await last(clients).accept()
  expect(setUp).toHaveBeenCalledWith(last(clients))
  expect(told).toEqual(['up'])
})

test('a lost connection is made anew, the later the more often it fails', async () => {
  const { clock, clients, told, subscription } = subscriptionWorld()
  await last(clients).accept()
  subscription.confirm()
  last(clients).emit('close')
  expect(told).toEqual(['up', 'down'])
  for (const pauseMs of [50, 100, 200, 400, 800, 1600, 2000, 2000]) {
    const made = clients.length
    clock.advance(`${pauseMs - 1}ms`)
    expect(clients).toHaveLength(made)
    clock.advance('1ms')
    expect(clients).toHaveLength(made + 1)
    await last(clients).refuse()
  }
  clock.advance('2000ms')
  await last(clients).accept()
  expect(told.at(-1)).toBe('up')
  subscription.confirm()
  last(clients).emit('close')
  const made = clients.length
  clock.advance('50ms')
  expect(clients).toHaveLength(made + 1)
})

test('one that is not there within three seconds is given up', async () => {
  const { clock, clients, told } = subscriptionWorld()
  clock.advance('2999ms')
  expect(last(clients).isDisconnected).toBe(false)
  clock.advance('1ms')
  const [hung] = clients
  expect(hung?.isDisconnected).toBe(true)
  clock.advance('50ms')
  await last(clients).accept()
  // What the first one does from now on is nobody's business.
  await hung?.accept()
  hung?.emit('close')
  expect(told).toEqual(['down', 'up'])
})

test('what cannot be subscribed to is told, and tried again', async () => {
  const { clock, clients, told, setUp } = subscriptionWorld()
  setUp.mockRejectedValueOnce(new Error('NOPERM'))
  await last(clients).accept()
  expect(told).toEqual(['error: NOPERM', 'down'])
  expect(last(clients).isDisconnected).toBe(true)
  clock.advance('50ms')
  await last(clients).accept()
  expect(told.at(-1)).toBe('up')
})

test('it waits while nobody can be connected to', async () => {
  const { clock, clients, told, available, subscription } = subscriptionWorld()
  await last(clients).accept()
  available.value = false
  subscription.renew()
  clock.advance('5000ms')
  expect(clients).toHaveLength(1)
  available.value = true
  clock.advance('2000ms')
  await last(clients).accept()
  expect(told).toEqual(['up', 'down', 'up'])
})

test('closed, it ends its connection and makes no other one', async () => {
  const { clock, clients, told, subscription } = subscriptionWorld()
  await last(clients).accept()
  subscription.close()
  expect(last(clients).isDisconnected).toBe(true)
  clock.advance('60000ms')
  await settled()
  expect(clients).toHaveLength(1)
  expect(told).toEqual(['up'])
})
