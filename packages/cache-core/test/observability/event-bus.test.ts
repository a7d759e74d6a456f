import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CacheConfigError } from '../../src/index.ts'
import { EventBus, type CacheEventName, type CacheEvents } from '../../src/observability/events.ts'

const hit = { definition: 'video:{id}', tier: 'redis' } as const

const subscribed: (() => void)[] = []

afterEach(() => {
  for (const off of subscribed.splice(0)) off()
})

function receive(name: CacheEventName): { readonly messages: unknown[]; off(): void } {
  const messages: unknown[] = []
  const onMessage = (message: unknown): unknown => messages.push(message)
  const off = (): boolean => unsubscribe(`vidnest:cache:${name}`, onMessage)
  subscribe(`vidnest:cache:${name}`, onMessage)
  subscribed.push(off)
  return { messages, off }
}

describe('listeners', () => {
  test('are told of the events of their name, and of none once they are removed', () => {
    const events = new EventBus('shop')
    const told: CacheEvents['hit'][] = []
    expect(events.has('hit')).toBe(false)
    const off = events.on('hit', (event) => told.push(event))
    expect([events.has('hit'), events.has('miss')]).toEqual([true, false])
    events.emit('hit', hit)
    events.emit('miss', { definition: 'video:{id}', reason: 'absent' })
    off()
    events.emit('hit', hit)
    expect(told).toEqual([hit])
    expect(events.has('hit')).toBe(false)
  })

  test('are removed one by one, even if one function was added twice', () => {
    const events = new EventBus('shop')
    const listener = vi.fn<() => void>()
    const off = events.on('hit', listener)
    events.on('hit', listener)
    events.emit('hit', hit)
    expect(listener).toHaveBeenCalledTimes(2)
    off()
    off()
    events.emit('hit', hit)
    expect(listener).toHaveBeenCalledTimes(3)
  })

  test('that throw or reject break neither the read nor their neighbours', async () => {
    const events = new EventBus('shop')
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    subscribed.push(() => process.off('unhandledRejection', unhandled))
    const neighbour = vi.fn<() => void>()
    events.on('hit', () => {
      throw new Error('a fault')
    })
    events.on('hit', () => Promise.reject(new Error('a later fault')) as never)
    events.on('hit', neighbour)
    events.emit('hit', hit)
    expect(neighbour).toHaveBeenCalledTimes(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('that are added by a listener hear of the next event first', () => {
    const events = new EventBus('shop')
    const late = vi.fn<() => void>()
    const off = events.on('hit', () => {
      off()
      events.on('hit', late)
    })
    events.emit('hit', hit)
    expect(late).not.toHaveBeenCalled()
    events.emit('hit', hit)
    expect(late).toHaveBeenCalledTimes(1)
  })

  test('hear of each warning once, also of those that came before them', () => {
    const events = new EventBus('shop')
    const told: string[] = []
    events.warn('early')
    events.on('warning', ({ message }) => told.push(message))
    events.warn('late')
    events.warn('early')
    events.warn('late')
    expect(told).toEqual(['early', 'late'])
  })

  test.each([
    ['hitt', () => undefined, 'event'],
    ['toString', () => undefined, 'event'],
    ['hit', undefined, 'listener'],
  ])('of %j that cannot be meant are refused', (name, listener, path) => {
    const events = new EventBus('shop')
    const add = (): unknown => events.on(name as 'hit', listener as never)
    expect(add).toThrow(CacheConfigError)
    expect(add).toThrow(expect.objectContaining({ path }) as Error)
  })
})

describe('diagnostics channels', () => {
  test('carry every event with the namespace of its cache', () => {
    const { messages } = receive('hit')
    new EventBus('shop').emit('hit', hit)
    new EventBus('blog').emit('hit', hit)
    expect(messages).toEqual([
      { namespace: 'shop', ...hit },
      { namespace: 'blog', ...hit },
    ])
  })

  test('count as somebody who listens, as long as they have a subscriber', () => {
    const events = new EventBus('shop')
    expect(events.has('miss')).toBe(false)
    const { messages, off } = receive('miss')
    expect([events.has('miss'), events.has('hit')]).toEqual([true, false])
    off()
    expect(events.has('miss')).toBe(false)
    events.emit('miss', { definition: 'video:{id}', reason: 'absent' })
    expect(messages).toEqual([])
  })

  test('and listeners are both told', () => {
    const events = new EventBus('shop')
    const { messages } = receive('hit')
    const listener = vi.fn<() => void>()
    events.on('hit', listener)
    events.emit('hit', hit)
    expect(listener).toHaveBeenCalledExactlyOnceWith(hit)
    expect(messages).toHaveLength(1)
  })

  test('cost nothing without a subscriber: no message is made', () => {
    const events = new EventBus('shop')
    events.on('hit', () => undefined)
    const reads: PropertyKey[] = []
    const watched = new Proxy(hit, {
      ownKeys(target) {
        reads.push('keys')
        return Reflect.ownKeys(target)
      },
    })
    const publish = vi.spyOn(channel('vidnest:cache:hit'), 'publish')
    events.emit('hit', watched)
    expect(reads).toEqual([])
    expect(publish).not.toHaveBeenCalled()
    receive('hit')
    events.emit('hit', watched)
    expect(reads).toEqual(['keys'])
    publish.mockRestore()
  })
})
