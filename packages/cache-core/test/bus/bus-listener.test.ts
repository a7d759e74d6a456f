import { expect, test, vi } from 'vitest'
import { BusListener } from '../../src/bus/bus-listener.ts'
import { encodeMessage } from '../../src/bus/message.ts'
import type { Change } from '../../src/memory/change.ts'
import { NearWorld } from '../support/near-world.ts'

const change: Change = { keys: ['a'], tags: [], all: false }

/** A near tier that holds `a` and `b`, and what listens for it. */
class ListeningWorld extends NearWorld {
  readonly onOwn = vi.fn<() => void>()
  readonly onGap = vi.fn<() => void>()
  readonly listener = new BusListener({
    tier: this.tier,
    clock: this.clock,
    ownId: 'own',
    onOwn: this.onOwn,
    onGap: this.onGap,
  })

  constructor() {
    super({ ttlMs: 1e9 })
    this.fill()
  }

  fill(): void {
    for (const key of ['a', 'b']) this.keep(key, this.value(key, { freshMs: Infinity }))
  }

  hear(from: string, number: number, told?: Change): void {
    this.listener.receive(encodeMessage({ from, number, change: told }))
  }

  /** What is left of `a` and `b`. */
  get left(): string {
    return ['a', 'b'].filter((key) => this.find(key) !== undefined).join('')
  }
}

test('rule 19: a change by another cache drops what it names, and nothing else', () => {
  const world = new ListeningWorld()
  world.hear('other', 1, change)
  expect(world.left).toBe('b')
  world.fill()
  world.hear('other', 1)
  world.hear('other', 2, { keys: [], tags: [], all: true })
  expect(world.left).toBe('')
  expect(world.onGap).not.toHaveBeenCalled()
})

test('a change by this process is a sign of life; it has dropped its targets long ago', () => {
  const world = new ListeningWorld()
  world.hear('own', 1, change)
  expect(world.left).toBe('ab')
  expect(world.onOwn).toHaveBeenCalledTimes(1)
})

test.each([
  ['a heartbeat', undefined],
  ['a change', change],
])(
  'rule 19: a missing message is noticed by %s that follows it: the tier is passed by, and emptied',
  (_, next) => {
    const world = new ListeningWorld()
    world.hear('other', 1, change)
    world.fill()
    world.hear('other', 3, next)
    expect(world.left).toBe('')
    expect(world.tier.bypassed).toBe(true)
    expect(world.told.at(-1)).toEqual({ bypassed: true, reason: 'gap' })
    expect(world.onGap).toHaveBeenCalledTimes(1)
  },
)

test('rule 19: a missing message of this process is noticed too: the way to others may be broken as well', () => {
  const world = new ListeningWorld()
  world.hear('own', 1, change)
  world.hear('own', 3)
  expect(world.told.map(({ reason }) => reason)).toContain('gap')
})

test('a cache that was never heard of, but has told of changes before, empties the tier without a pause', () => {
  const world = new ListeningWorld()
  world.hear('old', 5)
  expect(world.left).toBe('')
  expect(world.tier.bypassed).toBe(false)
  world.fill()
  world.hear('older', 8, change)
  expect(world.left).toBe('')
})

test('a new cache empties nothing: its first message is its first change, or none', () => {
  const world = new ListeningWorld()
  world.hear('new', 0)
  world.hear('newer', 1, change)
  expect(world.left).toBe('b')
})

test('a message that was overtaken by a later one still counts, and is no gap', () => {
  const world = new ListeningWorld()
  world.hear('other', 1, { keys: ['x'], tags: [], all: false })
  world.hear('other', 3)
  world.tier.trust(1e9)
  world.fill()
  world.hear('other', 2, change)
  expect(world.left).toBe('b')
  world.hear('other', 3)
  expect(world.tier.bypassed).toBe(false)
})

test('what is no message may have been any', () => {
  const world = new ListeningWorld()
  world.listener.receive('nonsense')
  expect(world.left).toBe('')
})

test('a cache that was silent for a minute is forgotten, so that they do not pile up', () => {
  const world = new ListeningWorld()
  world.hear('other', 1, change)
  world.clock.advance('60000ms')
  world.listener.forgetSilent()
  world.hear('other', 2, { keys: ['x'], tags: [], all: false })
  expect(world.left).toBe('b')
  world.clock.advance('60001ms')
  world.listener.forgetSilent()
  world.hear('other', 3, { keys: ['x'], tags: [], all: false })
  expect(world.left).toBe('')
})
