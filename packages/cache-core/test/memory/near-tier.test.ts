import { afterEach, describe, expect, test, vi } from 'vitest'
import { Bars } from '../../src/memory/bars.ts'
import type { Change } from '../../src/memory/change.ts'
import { InvalidationLog } from '../../src/memory/invalidation-log.ts'
import { NearWorld } from '../support/near-world.ts'

afterEach(() => vi.restoreAllMocks())

test('what is kept is found by its definition, and by no other', () => {
  const world = new NearWorld()
  world.keep('a', world.value('1'))
  expect(world.find('a')).toBe('1')
  expect(world.tier.find('a', 'another')).toBeUndefined()
  expect(world.find('b')).toBeUndefined()
})

const changes: Readonly<Record<string, Change>> = {
  'its key': { keys: ['a'], tags: [], all: false },
  'one of its tags': { keys: [], tags: ['t'], all: false },
  everything: { keys: [], tags: [], all: true },
}
const unrelated: Change = { keys: ['b'], tags: ['u'], all: false }

describe.each(Object.entries(changes))('a change of %s', (_, change) => {
  test('drops the entry, and what is read later is kept again', () => {
    const world = new NearWorld()
    world.keep('a', world.value('old', { tags: ['s', 't'] }))
    world.tier.drop(unrelated)
    expect(world.find('a')).toBe('old')
    world.tier.drop(change)
    expect(world.find('a')).toBeUndefined()
    world.keep('a', world.value('new', { tags: ['s', 't'] }))
    expect(world.find('a')).toBe('new')
  })

  /** A read asks Redis, the change comes, and then the answer arrives. */
  const overtakenRead = (): unknown => {
    const world = new NearWorld()
    const ticket = world.tier.open()
    world.tier.drop(change)
    world.tier.keep('a', world.value('old', { tags: ['s', 't'] }), ticket)
    return world.find('a')
  }

  test('keeps what was asked for before it from being kept (rule 18)', () => {
    expect(overtakenRead()).toBeUndefined()
  })

  test('would not, if it were not remembered', () => {
    vi.spyOn(InvalidationLog.prototype, 'allows').mockReturnValue(true)
    vi.spyOn(InvalidationLog.prototype, 'allowsTags').mockReturnValue(true)
    expect(overtakenRead()).toBe('old')
  })

  /** A read begins and ends while this process changes it. */
  const readDuringBar = (): unknown => {
    const world = new NearWorld()
    const lift = world.tier.bar(change)
    world.keep('a', world.value('old', { tags: ['t'] }))
    const found = world.find('a')
    lift()
    return found
  }

  test('by this process bars it from its call to its end (rule 18)', () => {
    expect(readDuringBar()).toBeUndefined()
  })

  test('would not, if no bar stood', () => {
    vi.spyOn(Bars.prototype, 'stand').mockReturnValue(false)
    expect(readDuringBar()).toBe('old')
  })

  test('by this process drops it again at the end, with what was asked for meanwhile', () => {
    const world = new NearWorld()
    const lift = world.tier.bar(change)
    const ticket = world.tier.open()
    lift()
    world.tier.keep('a', world.value('old', { tags: ['t'] }), ticket)
    expect(world.find('a')).toBeUndefined()
    world.keep('a', world.value('new', { tags: ['t'] }))
    expect(world.find('a')).toBe('new')
  })

  test('by this process that overlaps another one bars it until both have ended', () => {
    const world = new NearWorld()
    const lifts = [world.tier.bar(change), world.tier.bar(change)]
    lifts[0]?.()
    world.keep('a', world.value('old', { tags: ['t'] }))
    expect(world.find('a')).toBeUndefined()
    lifts[1]?.()
    world.keep('a', world.value('new', { tags: ['t'] }))
    expect(world.find('a')).toBe('new')
  })
})

test('a read that was under way does not replace what was stored meanwhile', () => {
  const world = new NearWorld()
  const read = world.tier.open()
  const fill = world.tier.open()
  world.tier.keepNewer('a', world.value('new'), fill)
  world.tier.keep('a', world.value('old'), read)
  expect(world.find('a')).toBe('new')
})

test('what was stored and invalidated before this process heard that it was stored is not kept', () => {
  const world = new NearWorld()
  world.keep('a', world.value('older'))
  const fill = world.tier.open()
  world.tier.drop({ keys: ['a'], tags: [], all: false })
  world.tier.keepNewer('a', world.value('old'), fill)
  expect(world.find('a')).toBeUndefined()
})

test('more invalidations than are remembered void every read that is under way, and only what they named', () => {
  const world = new NearWorld()
  world.keep('kept', world.value('1', { tags: ['t'] }))
  world.keep('gone', world.value('1', { tags: ['tag-1'] }))
  const ticket = world.tier.open()
  for (let id = 0; id < 10_001; id += 1)
    world.tier.drop({ keys: [], tags: [`tag-${String(id)}`], all: false })
  world.tier.keep('a', world.value('1', { tags: ['tag-1'] }), ticket)
  world.tier.keep('b', world.value('1'), ticket)
  expect(['a', 'b', 'gone', 'kept'].filter((key) => world.find(key) !== undefined)).toEqual(['kept'])
  expect(world.tier.stats.entries).toBe(1)
  world.keep('a', world.value('1', { tags: ['tag-1'] }))
  expect(world.find('a')).toBe('1')
})

test('what is remembered for reads under way is forgotten with the last of them', () => {
  const log = new InvalidationLog()
  const first = log.open()
  for (let id = 0; id < 10_001; id += 1) log.note({ keys: [`key-${String(id)}`], tags: [] })
  expect(log.isFull).toBe(true)
  expect(log.allows(first, 'key-5', [])).toBe(false)
  log.close()
  expect(log.isFull).toBe(false)
  log.note({ keys: ['key-1'], tags: [] })
  expect(log.isFull).toBe(false)
})

describe('the trust in its messages', () => {
  test('has to be earned before anything is kept', () => {
    const world = new NearWorld({}, 0)
    const ticket = world.tier.open()
    expect(world.tier.bypassed).toBe(true)
    world.keep('a', world.value('1'))
    world.tier.trust(3000)
    // Asked for when nobody listened.
    world.tier.keep('b', world.value('1'), ticket)
    expect([world.find('a'), world.find('b')]).toEqual([undefined, undefined])
    world.keep('a', world.value('1'))
    expect(world.find('a')).toBe('1')
    expect(world.told).toEqual([{ bypassed: false, reason: 'trusted' }])
  })

  test('lasts while there are signs of life, and not a millisecond longer', () => {
    const world = new NearWorld({ ttlMs: 60_000 }, 3000)
    world.keep('a', world.value('1'))
    world.clock.advance('2000ms')
    world.tier.trust(3000)
    world.clock.advance('2999ms')
    expect(world.find('a')).toBe('1')
    world.clock.advance('1ms')
    expect(world.find('a')).toBeUndefined()
    expect(world.tier.stats.bypassed).toBe(true)
  })

  test('that ran out is not given back to what was kept before', () => {
    const world = new NearWorld({ ttlMs: 60_000 }, 3000)
    world.keep('a', world.value('1'))
    world.clock.advance('3000ms')
    world.tier.trust(3000)
    expect(world.find('a')).toBeUndefined()
    expect(world.told.slice(1)).toEqual([
      { bypassed: true, reason: 'silent' },
      { bypassed: false, reason: 'trusted' },
    ])
  })

  test('ends at once when they are lost, with everything and with every read under way', () => {
    const world = new NearWorld()
    world.keep('a', world.value('1'))
    const ticket = world.tier.open()
    world.tier.bypass('lost')
    expect(world.find('a')).toBeUndefined()
    expect(world.tier.stats).toMatchObject({ entries: 0, bypassed: true })
    world.tier.trust(1000)
    world.tier.keep('b', world.value('1'), ticket)
    expect(world.find('b')).toBeUndefined()
    expect(world.told.map(({ reason }) => reason)).toEqual(['trusted', 'lost', 'trusted'])
  })

  test('is lost once, however many reasons there are', () => {
    const world = new NearWorld()
    world.tier.bypass('gap')
    world.tier.bypass('lost')
    expect(world.told.map(({ reason }) => reason)).toEqual(['trusted', 'gap'])
  })

  test('never comes back once the tier has ended', () => {
    const world = new NearWorld()
    world.keep('a', world.value('1'))
    world.tier.end()
    world.tier.trust(3000)
    world.keep('a', world.value('1'))
    expect(world.find('a')).toBeUndefined()
    expect(world.tier.stats).toMatchObject({ entries: 0, bypassed: true })
  })
})
