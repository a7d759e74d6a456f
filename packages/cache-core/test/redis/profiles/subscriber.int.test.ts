import { startFaultProxy, type FaultProxy } from '@vidnest/services'
import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { redisProfile } from '../../../src/index.ts'
import { testRedisUrl, uniqueNamespace } from '../../support/connect.ts'
import { eventually } from '../../support/eventually.ts'

let proxy: FaultProxy
const closers: (() => void)[] = []

beforeEach(async () => {
  const { hostname, port } = new URL(testRedisUrl())
  proxy = await startFaultProxy({ host: hostname, port: Number(port) })
})

afterEach(async () => {
  for (const close of closers.splice(0)) close()
  await proxy.stop()
})

function proxiedUrl(): string {
  const url = new URL(testRedisUrl())
  url.host = `${proxy.host}:${String(proxy.port)}`
  return url.href
}

/** What a subscriber hears on a channel of its own. */
async function listen(subscriber: Redis | Redis5) {
  const channel = uniqueNamespace()
  const heard: string[] = []
  subscriber.on('error', () => undefined)
  subscriber.on('message', (_: string, message: string) => heard.push(message))
  await subscriber.subscribe(channel)
  const publisher = new Redis(testRedisUrl())
  closers.push(
    () => {
      subscriber.disconnect()
    },
    () => {
      publisher.disconnect()
    },
  )
  const hears = (message: string): Promise<void> =>
    eventually(async () => {
      await publisher.publish(channel, message)
      expect(heard).toContain(message)
    })
  return { subscriber, heard, hears }
}

describe.each([
  ['6', () => new Redis(proxiedUrl(), redisProfile('subscriber'))],
  ['5', () => new Redis5(proxiedUrl(), redisProfile('subscriber'))],
] as const)('a subscriber of ioredis %s with its profile', (_, connect) => {
  test('hears again after its connection dropped while the subscription was renewed', async () => {
    const { heard, hears } = await listen(connect())
    await hears('before')
    const lost = proxy.loseReply({ command: 'subscribe' })
    proxy.resetAll()
    await lost
    await hears('after')
    expect(new Set(heard)).toEqual(new Set(['before', 'after']))
  })

  test('gives up a link that went dead without a word, once a PING stays unanswered', async () => {
    const { subscriber, hears } = await listen(connect())
    await proxy.set({ toClient: { blackHole: true } })
    const connections = proxy.accepted
    const answered = vi.fn()
    subscriber.ping().then(answered, answered)
    await eventually(() => {
      expect(proxy.accepted).toBeGreaterThan(connections)
    })
    await proxy.heal()
    await hears('after')
    await eventually(() => {
      expect(answered).toHaveBeenCalledTimes(1)
    })
  })
})

test('with a cache’s options, the same drop leaves a client of ioredis that is ready and deaf', async () => {
  const channel = uniqueNamespace()
  const subscriber = new Redis(proxiedUrl(), { ...redisProfile('cache'), lazyConnect: true })
  closers.push(() => {
    subscriber.disconnect()
  })
  subscriber.on('error', () => undefined)
  const unhandled = vi.fn()
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', unhandled)
  try {
    await subscriber.connect()
    await subscriber.subscribe(channel)
    const lost = proxy.loseReply({ command: 'subscribe' })
    proxy.resetAll()
    await lost
    await eventually(() => {
      expect(unhandled).toHaveBeenCalledTimes(1)
    })
    await eventually(() => {
      expect(subscriber.status).toBe('ready')
    })
    const publisher = new Redis(testRedisUrl())
    expect(await publisher.pubsub('NUMSUB', channel)).toEqual([channel, 0])
    publisher.disconnect()
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of others) process.on('unhandledRejection', listener)
  }
})
