import { describe, expect, test } from 'vitest'
import { NearWorld } from '../support/near-world.ts'

describe('the life of an entry', () => {
  test('ends with the ttl of the tier', () => {
    const world = new NearWorld({ ttlMs: 5000 })
    world.keep('a', world.value('1', { freshMs: 60_000 }))
    world.clock.advance('4999ms')
    expect(world.find('a')).toBe('1')
    world.clock.advance('1ms')
    expect(world.find('a')).toBeUndefined()
  })

  test('begins when Redis was asked, however long the answer took', () => {
    const world = new NearWorld({ ttlMs: 5000 })
    const ticket = world.tier.open()
    world.clock.advance('4000ms')
    world.tier.keep('a', world.value('1'), ticket)
    world.clock.advance('999ms')
    expect(world.find('a')).toBe('1')
    world.clock.advance('1ms')
    expect(world.find('a')).toBeUndefined()
  })

  test('is never longer than the value is fresh in Redis', () => {
    const world = new NearWorld({ ttlMs: 60_000 })
    world.keep('a', world.value('1', { freshMs: 1000 }))
    world.clock.advance('999ms')
    expect(world.find('a')).toBe('1')
    world.clock.advance('1ms')
    expect(world.find('a')).toBeUndefined()
  })

  test('is measured by Redis’ clock, however wrong this one is', () => {
    const world = new NearWorld({ ttlMs: 60_000 })
    // Redis is an hour ahead.
    world.time.observe(world.clock.epochMs() + 3_600_000, world.clock.now())
    world.keep('a', world.value('1', { freshMs: 1000 }))
    expect(world.find('a')).toBe('1')
    world.clock.advance('1000ms')
    expect(world.find('a')).toBeUndefined()
    // What by Redis' time is over is not kept at all.
    world.keep('b', { ...world.value('1'), usableUntil: world.time.now() })
    expect(world.find('b')).toBeUndefined()
    expect(world.tier.stats.entries).toBe(1)
  })

  test('is told with its age and with the time that is left, which may have no end', () => {
    const world = new NearWorld()
    world.keep('a', world.value('1', { freshMs: 1000 }))
    world.keep('b', world.value('1', { freshMs: Infinity }))
    world.clock.advance('100ms')
    const [a, b] = ['a', 'b'].map((key) => world.tier.find(key, 'd'))
    expect(a && world.tier.timesOf(a)).toEqual({ age: 110, ttl: 900 })
    expect(b && world.tier.timesOf(b).ttl).toBe(Infinity)
  })
})

describe('the size of the tier', () => {
  test('is bounded by entries: the least recently used give way', () => {
    const world = new NearWorld({ maxEntries: 3 })
    for (const key of ['a', 'b', 'c']) world.keep(key, world.value('1'))
    world.find('a')
    world.keep('d', world.value('1'))
    expect(['a', 'b', 'c', 'd'].filter((key) => world.find(key) !== undefined)).toEqual(['a', 'c', 'd'])
    expect(world.tier.stats).toMatchObject({ entries: 3, evictions: 1 })
  })

  test('is bounded by bytes, and what is larger than all of it is not kept', () => {
    const world = new NearWorld({ maxBytes: 10_000 })
    for (let id = 0; id < 50; id += 1) world.keep(`key-${String(id)}`, world.value('x'.repeat(1000)))
    const { entries, bytes } = world.tier.stats
    expect(entries).toBe(8)
    expect(bytes).toBeLessThanOrEqual(10_000)
    world.keep('large', world.value('x'.repeat(10_000)))
    expect(world.find('large')).toBeUndefined()
    expect(world.tier.stats.entries).toBe(8)
  })

  test('counts two bytes for each character of a text that needs them, the tags, and objects as twice their text', () => {
    const bytesOf = (payload: string, freeze: boolean, tags: string[] = []): number => {
      const world = new NearWorld({ freeze })
      world.keep('a', world.value(payload, { tags }))
      return world.tier.stats.bytes
    }
    const plain = bytesOf('x'.repeat(1000), false)
    expect(plain).toBeGreaterThan(1000)
    expect(bytesOf('я'.repeat(1000), false)).toBe(plain + 1000)
    expect(bytesOf('x'.repeat(1000), true)).toBe(2 * plain)
    expect(bytesOf('x'.repeat(1000), false, ['tag'])).toBeGreaterThan(plain)
  })
})
