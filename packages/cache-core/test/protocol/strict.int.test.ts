import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createCache, type Cache, type InvalidateTarget } from '../../src/index.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { createGate } from '../support/gate.ts'
import { HeldRedis } from '../support/held-redis.ts'
import { withScripts } from '../support/mutants.ts'

afterEach(closeAll)

const targets = { 'a key': { key: 'row:1' }, 'a tag': { tag: 'rows' } } as const

/** A row that is read through a cache and written under a guard by another process. */
class World {
  committed = 'old'

  define(cache: Cache) {
    return cache.define({
      key: 'row:{id}',
      policy: { ttl: '10m' },
      load: () => this.committed,
      tags: () => ['rows'],
    })
  }
}

async function readerAndWriter(broken: Readonly<Record<string, string>> = {}) {
  const namespace = uniqueNamespace()
  const world = new World()
  const clients: Redis[] = [await connect(), await connect()]
  const [reader, writer] = clients.map((client) =>
    createCache({
      redis: Object.keys(broken).length === 0 ? client : withScripts(client, broken),
      namespace,
      redisTimeout: '2s',
    }),
  )
  if (reader === undefined || writer === undefined) throw new Error('two caches were made')
  return { world, reader, writer, rows: world.define(reader), writerClient: clients[1] }
}

/** A writer commits and dies before it can invalidate, while a reader keeps the entry warm. */
async function afterDeadWriter(
  target: InvalidateTarget,
  broken: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { world, reader, writer, rows, writerClient } = await readerAndWriter(broken)
  await rows.set({ id: 1 }, 'old')
  const guarding = createGate()
  const written = writer.guard(target, async () => {
    await guarding.pass()
    world.committed = 'new'
    // The process is gone: nothing more reaches Redis from here.
    writerClient?.disconnect()
  })
  void written.catch(() => undefined)
  await guarding.reached
  await rows.getOrSet({ id: 1 })
  guarding.open()
  await written.catch(() => undefined)
  // close() waits for fills that readers do not wait for.
  await Promise.allSettled([reader.close(), writer.close()])
  const later = await connectCache({ namespace: reader.namespace })
  return world.define(later.cache).getOrSet({ id: 1 })
}

/** As {@link afterDeadWriter}, by a strict `writeThrough` over a value that is cached. */
async function afterDeadWriteThrough(broken: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { world, reader, writer, rows, writerClient } = await readerAndWriter(broken)
  const strict = writer.define({
    key: 'row:{id}',
    policy: { ttl: '10m', consistency: 'strict' },
    tags: () => ['rows'],
  })
  await rows.set({ id: 1 }, 'old')
  const gate = createGate()
  const written = strict.writeThrough({ id: 1 }, async () => {
    await gate.pass()
    world.committed = 'new'
    writerClient?.disconnect()
    return 'new'
  })
  void written.catch(() => undefined)
  await gate.reached
  const during = await rows.get({ id: 1 })
  gate.open()
  await written.catch(() => undefined)
  const after = await rows.get({ id: 1 })
  await Promise.allSettled([reader.close(), writer.close()])
  return [during, after].map(String)
}

describe('rule 17: a strict writeThrough', () => {
  test('leaves nothing stale when the writer dies after its write, although a value was there', async () => {
    expect(await afterDeadWriteThrough()).toEqual(['undefined', 'undefined'])
  })

  test('would, if its barrier left the value that its own lease lies in', async () => {
    const bar = scripts.bar.lua
      .replace("redis.call('SET', KEYS[1],", "redis.call('ECHO',")
      .replace(", 'PX', left)", ')')
    expect(await afterDeadWriteThrough({ bar })).toEqual(['old', 'old'])
  })

  test('stores what it wrote, and lets others store after it', async () => {
    const { world, reader, writer, rows } = await readerAndWriter()
    const policy = { ttl: '10m', consistency: 'strict' } as const
    const strict = writer.define({ key: 'row:{id}', policy, tags: () => ['rows'] })
    await rows.set({ id: 1 }, 'old')
    const write = (): string => (world.committed = 'new')
    expect(await strict.writeThrough({ id: 1 }, write)).toBe('new')
    expect(await rows.get({ id: 1 })).toBe('new')
    expect(await rows.set({ id: 1 }, 'newer')).toBe(true)
    await Promise.all([reader.close(), writer.close()])
  })
})

describe.each(Object.entries(targets))('rule 17: a guard of %s', (_, target) => {
  test('keeps everybody from storing while the write runs, and lets them again after it', async () => {
    const { world, reader, writer, rows } = await readerAndWriter()
    await rows.set({ id: 1 }, 'old')
    const gate = createGate()
    const writing = writer.guard(target, async () => {
      await gate.pass()
      world.committed = 'new'
      return 'done'
    })
    await gate.reached
    expect(await rows.get({ id: 1 })).toBeUndefined()
    expect(await rows.getOrSet({ id: 1 })).toBe('old')
    expect(await rows.set({ id: 1 }, 'old')).toBe(false)
    expect(await rows.get({ id: 1 })).toBeUndefined()
    // No sweep removes the barrier.
    await reader.invalidate(['all', { tag: 'rows' }])
    await rows.getOrSet({ id: 1 })
    expect(await rows.get({ id: 1 })).toBeUndefined()
    gate.open()
    expect(await writing).toBe('done')
    expect(await rows.getOrSet({ id: 1 })).toBe('new')
    await vi.waitFor(async () => {
      expect(await rows.get({ id: 1 })).toBe('new')
    })
    await Promise.all([reader.close(), writer.close()])
  })

  test('leaves nothing stale when the writer dies between its write and the invalidation', async () => {
    expect(await afterDeadWriter(target)).toBe('new')
  })

  test('would leave the old value if stores did not look at the barrier', async () => {
    const acquire = scripts.acquire.lua.replaceAll('barred = true', 'barred = false')
    const settle = scripts.settle.lua
      .replace("'+inf') > 0", "'+inf') > 9")
      .replace('then bad = true', 'then bad = false')
    expect(await afterDeadWriter(target, { acquire, settle })).toBe('old')
  })

  test('lapses after its timeout when the writer has died', async () => {
    const { reader, writer, rows, writerClient } = await readerAndWriter()
    const guarding = createGate()
    const written = writer.guard(target, () => guarding.pass(), { timeout: '200ms' })
    void written.catch(() => undefined)
    await guarding.reached
    writerClient?.disconnect()
    await vi.waitFor(
      async () => {
        await rows.getOrSet({ id: 1 })
        expect(await rows.get({ id: 1 })).toBe('old')
      },
      { timeout: 10_000 },
    )
    guarding.open()
    await Promise.allSettled([written, reader.close(), writer.close()])
  })

  test('a hold keeps what is loaded meanwhile from being stored, until it is over', async () => {
    const { reader, writer, rows } = await readerAndWriter()
    await rows.set({ id: 1 }, 'old')
    await writer.invalidate(target, { hold: '300ms' })
    expect(await rows.getOrSet({ id: 1 })).toBe('old')
    await vi.waitFor(
      async () => {
        await rows.getOrSet({ id: 1 })
        expect(await rows.get({ id: 1 })).toBe('old')
      },
      { timeout: 10_000 },
    )
    expect(reader.stats().fills).toBeGreaterThan(0)
    await Promise.all([reader.close(), writer.close()])
  })
})

test('two writers that overlap both stand: the barrier goes with the last one', async () => {
  const { reader, writer, rows } = await readerAndWriter()
  const gates = [createGate(), createGate()]
  const writes = gates.map((gate) => writer.guard(targets['a key'], () => gate.pass()))
  await Promise.all(gates.map((gate) => gate.reached))
  gates[0]?.open()
  await writes[0]
  await rows.getOrSet({ id: 1 })
  expect(await rows.get({ id: 1 })).toBeUndefined()
  gates[1]?.open()
  await writes[1]
  expect(await rows.set({ id: 1 }, 'stored')).toBe(true)
  await Promise.all([reader.close(), writer.close()])
})

test('what no barrier can stand before is refused, naming the target', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const write = vi.fn(() => 'written')
  await expect(cache.guard([{ key: 'row:1' }, { pattern: 'row:*' }], write)).rejects.toMatchObject({
    path: 'targets[1]',
  })
  await expect(cache.guard('all', write)).rejects.toMatchObject({ path: 'targets[0]' })
  await expect(cache.invalidate('all', { hold: '1s' })).rejects.toMatchObject({ path: 'targets[0]' })
  await expect(cache.invalidate({ key: 'a' }, { hold: '1s', mode: 'soft' })).rejects.toMatchObject({
    path: 'hold',
  })
  expect(write).not.toHaveBeenCalled()
})

test('a barrier that cannot be put up rejects before the write; with queue the write goes on', async () => {
  const held = [new HeldRedis(await connect()), new HeldRedis(await connect())]
  const [strict, lenient] = held.map(({ client }, index) =>
    createCache({
      redis: client,
      namespace: uniqueNamespace(),
      onInvalidationFailure: index === 0 ? 'throw' : 'queue',
    }),
  )
  for (const redis of held) redis.refuse()
  const write = vi.fn(() => 'written')
  await expect(strict?.guard({ key: 'a' }, write)).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
  expect(write).not.toHaveBeenCalled()
  expect(await lenient?.guard({ key: 'a' }, write)).toBe('written')
  expect(lenient?.stats().invalidationsQueued).toBe(1)
  await Promise.all([strict?.close(), lenient?.close()])
})

test('a write that throws is voided all the same, and its error is the caller’s', async () => {
  const { reader, writer, rows } = await readerAndWriter()
  await rows.set({ id: 1 }, 'old')
  await expect(
    writer.guard(targets['a key'], () => Promise.reject(new RangeError('refused'))),
  ).rejects.toThrow(RangeError)
  expect(await rows.get({ id: 1 })).toBeUndefined()
  expect(await rows.set({ id: 1 }, 'stored')).toBe(true)
  await Promise.all([reader.close(), writer.close()])
})

test('a strict writeThrough stores what it wrote, and nobody else stores meanwhile', async () => {
  const namespace = uniqueNamespace()
  const [one, other] = [await connectCache({ namespace }), await connectCache({ namespace })]
  const options = {
    key: 'row:{id}',
    policy: { ttl: '10m', consistency: 'strict' },
    load: () => 'loaded',
  } as const
  const [mine, theirs] = [one.cache.define(options), other.cache.define(options)]
  const gate = createGate()
  const writing = mine.writeThrough({ id: 1 }, () => gate.pass().then(() => 'written'))
  await gate.reached
  expect(await theirs.set({ id: 1 }, 'theirs')).toBe(false)
  gate.open()
  expect(await writing).toBe('written')
  expect(await theirs.get({ id: 1 })).toBe('written')
})
