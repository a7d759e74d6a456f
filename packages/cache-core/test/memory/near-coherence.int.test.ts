import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Cache, Definition, MemoryOptions, RedisArgument } from '../../src/index.ts'
import { Bars } from '../../src/memory/bars.ts'
import { InvalidationLog } from '../../src/memory/invalidation-log.ts'
import { NearTier } from '../../src/memory/near-tier.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { ways, type Way } from '../fence/overtaken-load.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { HeldReplies } from '../support/held-replies.ts'
import { connectNear, nearRead } from '../support/near-cache.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await closeAll()
})

interface Row {
  readonly version: string
}

type Video = Definition<{ readonly id: string | number | bigint | boolean }, Row>
type Coherence = NonNullable<MemoryOptions['coherence']>

/** Changes that no cache makes: only the server tells of them. */
const byOthers = ['a DEL by hand', 'an eviction of the entry', 'an eviction of everything']
const allWays = Object.entries<Way>(ways)
const ownWays = allWays.filter(([name]) => !byOthers.includes(name))

/** A process with a near tier, one without, and a row that both cache. */
async function processes(coherence: Coherence, way: Way) {
  const namespace = uniqueNamespace()
  const source = { version: 'old' }
  const held = new HeldReplies(await connect())
  const { cache, redis } = await connectNear({ namespace, memory: { coherence } }, { client: held.client })
  const other = await connectCache({ namespace })
  const define = (one: Cache): Video =>
    one.define({
      key: 'video:{id}',
      policy: { ttl: '10m' },
      load: () => ({ version: source.version }),
      tags: () => way.tags ?? [],
      valueTags: () => way.valueTags ?? [],
    })
  const video = define(cache)
  const here = { cache, video, redis }
  const elsewhere = { cache: other.cache, video: define(other.cache), redis }
  return { source, held, cache, video, here, elsewhere }
}

type World = Awaited<ReturnType<typeof processes>>

/** Has the entry in memory. */
async function warm({ cache, video }: World, id = 1): Promise<void> {
  await eventually(async () => {
    expect(await nearRead(cache, () => video.getOrSet({ id }))).toEqual({ version: 'old' })
  })
}

/** Resolves when the first process has heard of everything that the second one did before. */
async function messagesHeard(world: World): Promise<void> {
  const { cache, elsewhere } = world
  const fence = vi.fn(() => 'up')
  const read = (): Promise<string> => cache.getOrSet('fence', fence, { policy: { ttl: '10m' } })
  await eventually(async () => {
    expect(await nearRead(cache, read)).toBe('up')
  })
  const before = fence.mock.calls.length
  await elsewhere.cache.invalidate({ key: 'fence' })
  await eventually(async () => {
    await read()
    expect(fence.mock.calls.length).toBeGreaterThan(before)
  })
}

/** The read that decides: of a value that tells of tags, the one with their markers. */
const isRead =
  (way: Way) =>
  (command: string, args: readonly RedisArgument[]): boolean => {
    const names = command === 'MGET' ? args.map(String) : []
    const hasMarkers = way.valueTags === undefined || names.some((name) => name.includes('~tag:owner'))
    return hasMarkers && names.some((name) => name.endsWith(':video:1'))
  }
const isFill = (command: string, args: readonly RedisArgument[]): boolean =>
  command === 'EVALSHA' &&
  args[0] === scripts.settle.sha &&
  args.includes('store') &&
  args.some((arg) => String(arg).endsWith(':video:1'))

describe.each(['bus', 'tracking'] as const)('with %s', (coherence) => {
  const heardWays = coherence === 'tracking' ? allWays : ownWays

  describe.each(ownWays)('%s by this process', (_, way) => {
    test('is never followed by an older value from memory (P1)', async () => {
      const world = await processes(coherence, way)
      await warm(world)
      world.source.version = 'new'
      await way.invalidate(world.here)
      expect(await world.video.getOrSet({ id: 1 })).toEqual({ version: 'new' })
    })

    test('keeps a read that was under way from putting the older value back (rule 18)', async () => {
      const world = await processes(coherence, way)
      await world.elsewhere.video.set({ id: 1 }, { version: 'old' })
      await messagesHeard(world)
      const gate = world.held.hold(isRead(way))
      const reading = world.video.getOrSet({ id: 1 })
      await gate.reached
      world.source.version = 'new'
      await way.invalidate(world.here)
      gate.open()
      expect(await reading).toEqual({ version: 'old' })
      expect(await world.video.getOrSet({ id: 1 })).toEqual({ version: 'new' })
    })
  })

  describe.each(heardWays)('%s by another process', (_, way) => {
    test('is followed as soon as its message arrives, for good', async () => {
      const world = await processes(coherence, way)
      await warm(world)
      world.source.version = 'new'
      await way.invalidate(world.elsewhere)
      await eventually(async () => {
        expect(await world.video.getOrSet({ id: 1 })).toEqual({ version: 'new' })
      })
      await messagesHeard(world)
      expect(await world.video.getOrSet({ id: 1 })).toEqual({ version: 'new' })
    })

    test('keeps a read that was under way from keeping the older value (rule 18)', async () => {
      const world = await processes(coherence, way)
      await world.elsewhere.video.set({ id: 1 }, { version: 'old' })
      await messagesHeard(world)
      const gate = world.held.hold(isRead(way))
      const reading = world.video.getOrSet({ id: 1 })
      await gate.reached
      world.source.version = 'new'
      await way.invalidate(world.elsewhere)
      await messagesHeard(world)
      gate.open()
      expect(await reading).toEqual({ version: 'old' })
      expect(await world.video.getOrSet({ id: 1 })).toEqual({ version: 'new' })
    })

    test('keeps a load whose value was stored just before it from keeping that (rule 18)', async () => {
      const world = await processes(coherence, way)
      await messagesHeard(world)
      const gate = world.held.hold(isFill)
      const reading = world.video.getOrSet({ id: 1 })
      await gate.reached
      world.source.version = 'new'
      await way.invalidate(world.elsewhere)
      await messagesHeard(world)
      gate.open()
      expect(await reading).toEqual({ version: 'old' })
      await eventually(() => {
        expect(world.cache.stats().fills).toBeGreaterThan(1)
      })
      expect(await world.video.getOrSet({ id: 1 })).toEqual({ version: 'new' })
    })
  })
})

// Mutation twins: with a rule taken out, the same scenario ends stale, so the tests above would notice.
const key = ways['its key']
const tag = ways['a tag that the value tells']

// What a process stores itself replaces what it has in memory, also without a bar.
const removals = ownWays.filter(([name]) => name !== 'set' && name !== 'writeThrough')
const coherences = ['bus', 'tracking'] as const

test.each(allWays.filter(([name]) => byOthers.includes(name)))(
  'without a short TTL of the near tier, %s would not be followed by a bus, which does not hear of it',
  async (_, way) => {
    const world = await processes('bus', way)
    await warm(world)
    world.source.version = 'new'
    await way.invalidate(world.elsewhere)
    await messagesHeard(world)
    expect(await nearRead(world.cache, () => world.video.getOrSet({ id: 1 }))).toEqual({ version: 'old' })
  },
)

describe.each(coherences)('with %s, if a rule were taken out', (coherence) => {
  test.each(removals)(
    'without the drop at both ends, %s by this process leaves the older value until a message comes',
    async (_, way) => {
      vi.spyOn(NearTier.prototype, 'bar').mockReturnValue(() => undefined)
      const world = await processes(coherence, way)
      await warm(world)
      // The server tells this process of its own changes too, at any moment.
      if (coherence === 'tracking') vi.spyOn(NearTier.prototype, 'drop').mockReturnValue()
      world.source.version = 'new'
      await way.invalidate(world.here)
      expect(await world.video.getOrSet({ id: 1 })).toEqual({ version: 'old' })
    },
  )

  test.each([
    ['its key', key],
    ['a tag that the value tells', tag],
    ['all', ways.all],
  ])('without tickets, a read under way puts back what %s invalidated', async (_, way) => {
    const world = await processes(coherence, way)
    await world.elsewhere.video.set({ id: 1 }, { version: 'old' })
    await messagesHeard(world)
    const gate = world.held.hold(isRead(way))
    const reading = world.video.getOrSet({ id: 1 })
    await gate.reached
    await way.invalidate(world.elsewhere)
    await messagesHeard(world)
    vi.spyOn(InvalidationLog.prototype, 'allows').mockReturnValue(true)
    vi.spyOn(InvalidationLog.prototype, 'allowsTags').mockReturnValue(true)
    gate.open()
    await reading
    world.source.version = 'new'
    expect(await world.video.getOrSet({ id: 1 })).toEqual({ version: 'old' })
  })

  test('without bars, a read during an invalidation of this process is kept until its end', async () => {
    vi.spyOn(Bars.prototype, 'stand').mockReturnValue(false)
    const world = await processes(coherence, key)
    await warm(world)
    const gate = world.held.hold((command) => command === 'UNLINK')
    const invalidating = world.cache.invalidate({ key: 'video:1' })
    await gate.reached
    await eventually(async () => {
      expect(await nearRead(world.cache, () => world.video.getOrSet({ id: 1 }))).toEqual({ version: 'old' })
    })
    gate.open()
    await invalidating
  })

  test('without heeding messages, another process would not be followed', async () => {
    const world = await processes(coherence, key)
    await warm(world)
    vi.spyOn(NearTier.prototype, 'drop').mockReturnValue()
    world.source.version = 'new'
    await world.elsewhere.cache.invalidate({ key: 'video:1' })
    await world.elsewhere.cache.invalidate('all')
    expect(await nearRead(world.cache, () => world.video.getOrSet({ id: 1 }))).toEqual({ version: 'old' })
  })
})

test.each(coherences)(
  'with %s, an invalidation of this process bars its target as long as it lasts, and nothing else',
  async (coherence) => {
    const world = await processes(coherence, key)
    await warm(world)
    await warm(world, 2)
    const gate = world.held.hold((command) => command === 'UNLINK')
    const invalidating = world.cache.invalidate({ key: 'video:1' })
    await gate.reached
    for (let read = 0; read < 5; read += 1) {
      expect(await nearRead(world.cache, () => world.video.getOrSet({ id: 1 }))).toBe('not in memory')
      expect(await nearRead(world.cache, () => world.video.getOrSet({ id: 2 }))).toEqual({ version: 'old' })
    }
    gate.open()
    await invalidating
    await warm(world)
  },
)
