import type { Redis } from 'ioredis'
import type { Redis as Redis5 } from 'ioredis5'
import { describe, expectTypeOf, test } from 'vitest'
import { createCache, type Cache } from '../../src/index.ts'
import {
  createChaos,
  ManualClock,
  recordEvents,
  storeContract,
  type EntryStore,
} from '../../src/testing/index.ts'

declare const cache: Cache
declare const redis: Redis
declare const redis5: Redis5
declare const store: EntryStore

describe('the testing entry', () => {
  test('a clock is moved by durations', () => {
    const clock = new ManualClock()
    clock.advance('5m')
    // @ts-expect-error a number is no duration
    clock.advance(5)
    createCache({ namespace: 'n', clock })
  })

  test('a client in trouble is still the client that it was', () => {
    const chaos = createChaos({ seed: 7 })
    expectTypeOf(chaos.redis(redis)).toEqualTypeOf<Redis>()
    expectTypeOf(chaos.redis(redis5)).toEqualTypeOf<Redis5>()
    expectTypeOf(chaos.store(store)).toEqualTypeOf<EntryStore>()
    // @ts-expect-error there is no such fault
    chaos.inject({ slow: true })
    // @ts-expect-error a number is no duration
    chaos.inject({ latency: 5 })
  })

  test('events are typed by their names', () => {
    const events = recordEvents(cache)
    expectTypeOf(events.of('miss')[0]?.reason).toEqualTypeOf<
      'absent' | 'expired' | 'tag' | 'epoch' | 'version' | 'undecodable' | 'fresh' | 'unreachable' | undefined
    >()
    expectTypeOf<Awaited<ReturnType<typeof events.next<'fill'>>>['bytes']>().toEqualTypeOf<number>()
    // @ts-expect-error there is no such event
    events.of('hits')
  })

  test('a check is a name and a function, for any runner', () => {
    const [check] = storeContract({ createStore: () => ({ store, prefix: 'n:', passTime: () => undefined }) })
    expectTypeOf(check?.name).toEqualTypeOf<string | undefined>()
    expectTypeOf(check?.run).toEqualTypeOf<(() => Promise<void>) | undefined>()
  })
})
