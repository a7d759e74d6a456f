import { expect, test } from 'vitest'
import { resolveMemoryLimits, type MemoryLimits } from '../../src/memory/memory-limits.ts'
import { MemoryBarriers } from '../../src/memory-store/memory-barriers.ts'
import { MemoryMarkers } from '../../src/memory-store/memory-markers.ts'
import { MemorySlots } from '../../src/memory-store/memory-slots.ts'
import { markersAllow } from '../../src/store/marker.ts'

function slotsOf(limits: MemoryLimits): MemorySlots {
  return new MemorySlots(resolveMemoryLimits(limits), () => 0)
}

test('the entries used longest ago give way when there are too many', () => {
  const slots = slotsOf({ maxEntries: 3 })
  for (const name of ['a', 'b', 'c']) slots.set(name, name, 1000)
  slots.get('a')
  slots.set('d', 'd', 1000)
  expect(['a', 'b', 'c', 'd'].map((name) => slots.get(name))).toEqual(['a', null, 'c', 'd'])
  expect(slots.usage).toMatchObject({ entries: 3, evictions: 1 })
})

test('they give way when they are too much, and a text that has no room even alone is not kept', () => {
  const slots = slotsOf({ maxBytes: 2000 })
  for (const name of ['a', 'b', 'c']) expect(slots.set(name, 'x'.repeat(500), 1000)).toBe(true)
  expect(['a', 'b', 'c'].map((name) => slots.get(name) !== null)).toEqual([true, true, true])
  expect(slots.usage.bytes).toBeGreaterThan(1500)
  // Two bytes for each character, once one needs them.
  expect(slots.set('d', 'ж'.repeat(500), 1000)).toBe(true)
  expect(slots.names()).not.toContain('a')
  expect(slots.usage.bytes).toBeLessThanOrEqual(2000)
  expect(slots.set('b', 'x'.repeat(5000), 1000)).toBe(false)
  expect(slots.get('b')).toBeNull()
})

test.each([
  [{ maxEntries: 0 }, 'memory.maxEntries'],
  [{ maxEntries: 1.5 }, 'memory.maxEntries'],
  [{ maxEntries: 1e9 }, 'memory.maxEntries'],
  [{ maxBytes: 0 }, 'memory.maxBytes'],
  [{ maxBytes: Infinity }, 'memory.maxBytes'],
  [{ maxSize: 5 }, 'memory.maxSize'],
])('limits of %j are refused, naming the bad one', (limits, path) => {
  expect(() => resolveMemoryLimits(limits as MemoryLimits)).toThrow(
    expect.objectContaining({ path }) as Error,
  )
})

test('rule 8: the generation only grows, also when the clock steps back', () => {
  let now = 1000
  const markers = new MemoryMarkers(() => now)
  const seen = [markers.generation]
  for (const next of [2000, 2000, 500, 3000]) {
    now = next
    markers.invalidate(['t'], 'hard')
    seen.push(markers.generation)
  }
  expect(seen).toEqual([1_000_000, 2_000_000, 2_000_001, 2_000_002, 3_000_000])
})

test('of the tags that were invalidated longest ago only that they were is kept, for all tags together', () => {
  let now = 1000
  const markers = new MemoryMarkers(() => now)
  const allows = (tag: string, generation: number): boolean => markersAllow([markers.text(tag)], generation)
  const before = markers.generation
  now = 2000
  markers.invalidate(['first'], 'soft')
  const between = markers.generation
  now = 3000
  markers.invalidate(
    Array.from({ length: 9999 }, (_, index) => `tag-${index}`),
    'hard',
  )
  expect([allows('first', before), allows('never', before), allows('tag-0', between)]).toEqual([
    false,
    true,
    false,
  ])
  markers.invalidate(['one more'], 'hard')
  expect([allows('first', before), allows('never', before), allows('never', between)]).toEqual([
    false,
    false,
    true,
  ])
  expect([allows('tag-0', between), allows('first', between)]).toEqual([false, true])
})

test('barriers that lapsed are thrown out without being asked for', () => {
  let now = 0
  const barriers = new MemoryBarriers(() => now)
  for (let index = 0; index < 999; index += 1) barriers.set(`short-${index}`, 'w', 10)
  now = 20
  barriers.set('long', 'w', 10)
  expect(barriers.size).toBe(1)
  expect([barriers.stands('long'), barriers.stands('short-1')]).toEqual([true, false])
})
