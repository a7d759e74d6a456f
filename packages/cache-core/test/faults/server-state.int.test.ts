import type { Cache, InvalidateTarget } from '../../src/index.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { Experiment } from '../history/experiment.ts'
import { connectCache, closeAll, uniqueNamespace } from '../support/connect.ts'
import {
  closeLabs,
  expectInvalidated,
  expectReadsFromSource,
  expectStored,
  openClient,
  openLab,
} from '../support/fault-lab.ts'
import { ownRedis } from '../support/trouble.ts'
import { eventually } from '../support/eventually.ts'

afterEach(async () => {
  await closeAll()
  await closeLabs()
})

test('fault 10: while a server loads its data reads go to the source, and they are hits as soon as it has', async () => {
  // It looks at its connections once in two megabytes that it has loaded: some twenty times here, in four seconds.
  const lab = await openLab({
    args: ['--rdbcompression', 'no', '--key-load-delay', '10000'],
  })
  const { admin, server } = lab
  await admin.eval("for i = 1, 400 do redis.call('SET', 'filler:' .. i, string.rep('x', 100000)) end", 0)
  // A dump, since only its keys are delayed.
  await admin.save()
  const impatient = openClient(server.url, { enableReadyCheck: false, retryStrategy: () => 20 })
  let loaded = false
  let loading = 0
  const restarted = server.restart().finally(() => (loaded = true))
  while (!loaded) {
    await expectReadsFromSource(lab)
    const answer = await impatient.ping().catch((error: Error) => error.message)
    if (answer.startsWith('LOADING')) loading += 1
  }
  await restarted
  await lab.expectRecovery(500)
  expect(loading).toBeGreaterThan(0)
  await lab.expectClean()
})

describe('fault 11: a server that is full and evicts nothing', () => {
  test('answers reads, stores nothing, says so, and still invalidates by key, tag and pattern', async () => {
    const lab = await openLab({ args: ['--maxmemory-policy', 'noeviction'] })
    const { admin, cache, video, row, failures } = lab
    await expectStored(lab, 1)
    await expectStored(lab, 2)
    await admin.config('SET', 'maxmemory', '1')
    expect(await video.get({ id: 1 })).toEqual({ version: 1 })
    expect(await video.set({ id: 3 }, { version: 1 })).toBe(false)
    failures.length = 0
    await expectReadsFromSource(lab)
    expect(failures.some((failure) => failure.startsWith('acquire E_CACHE_STORE'))).toBe(true)
    expect(cache.stats().breaker).toBe('closed')
    expect((await cache.health()).redis?.evictionPolicy).toBe('noeviction')
    row.version = 2
    await expectInvalidated(lab, { key: 'video:1' })
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    await expectInvalidated(lab, { tag: 'never-seen' })
    await expectInvalidated(lab, { tag: 'videos' })
    expect(await video.getOrSet({ id: 2 })).toEqual({ version: 2 })
    await expectInvalidated(lab, { pattern: 'video:*' })
    await admin.config('SET', 'maxmemory', '0')
    await lab.expectRecovery()
    await lab.expectClean()
  })

  const targets = {
    'a key': { key: 'video:1' },
    'a tag': { tag: 'videos' },
  }
  const ways: Readonly<Record<string, (cache: Cache, target: InvalidateTarget) => Promise<unknown>>> = {
    'soft invalidation': (cache, target) => cache.invalidate(target, { mode: 'soft' }),
    hold: (cache, target) => cache.invalidate(target, { hold: '5m' }),
    guard: (cache, target) => cache.guard(target, () => undefined, { timeout: '5m' }),
  }
  const both = Object.keys(ways).flatMap((way) => Object.keys(targets).map((kind) => [way, kind] as const))

  test.each(both)('rule 11: does a %s of %s', async (way, kind) => {
    const lab = await openLab({ args: ['--maxmemory-policy', 'noeviction'] })
    const { admin, cache, video, row } = lab
    const target = targets[kind as keyof typeof targets]
    await expectStored(lab, 1)
    await admin.config('SET', 'maxmemory', '1')
    expect(await video.set({ id: 2 }, { version: 1 })).toBe(false)
    row.version = 2
    await eventually(() => ways[way]?.(cache, target))
    expect(await video.get({ id: 1 })).toBeUndefined()
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    await admin.config('SET', 'maxmemory', '0')
    await eventually(async () => {
      await cache.invalidate({ key: 'other' })
      expect(await cache.health()).toMatchObject({ status: 'up' })
    })
    expect(await video.set({ id: 1 }, { version: 2 })).toBe(way !== 'hold')
    await lab.expectClean()
  })
})

test('fault 12: of what an evicting server has kept, an invalidation by tag or pattern misses nothing', async () => {
  const server = await ownRedis(['--maxmemory', '9mb', '--maxmemory-policy', 'allkeys-lru'])
  const { cache, redis } = await connectCache({ namespace: uniqueNamespace() }, server.url)
  const page = cache.define({
    key: 'page:{id}',
    policy: { ttl: '5m' },
    tags: ({ id }) => ['pages', `half:${String(Number(id) % 2)}`],
    load: () => 'loaded',
  })
  const ids = Array.from({ length: 40_000 }, (_, id) => id)
  const fill = async (some: readonly number[]): Promise<void> => {
    await Promise.all(some.map((id) => page.set({ id }, 'x'.repeat(500))))
  }
  for (let start = 0; start < ids.length; start += 200) await fill(ids.slice(start, start + 200))
  const kept = async (): Promise<number> => (await redis.keys(`${cache.namespace}:page:*`)).length
  const live = async (): Promise<number[]> => {
    const values = await page.getMany(ids.map((id) => ({ id })))
    return ids.filter((id) => values[id] !== undefined)
  }
  // The last to be evicted may have been the marker that all share; the next to be stored makes another.
  await eventually(async () => {
    await fill(ids.slice(0, 200))
    expect((await live()).length).toBeGreaterThan(50)
  })
  expect(await kept()).toBeLessThan(ids.length)
  await cache.invalidate({ tag: 'half:0' })
  expect((await live()).filter((id) => id % 2 === 0)).toEqual([])
  await cache.invalidate({ pattern: 'page:*' })
  expect([await live(), await kept()]).toEqual([[], 0])
})

test('fault 13: while everything is flushed over and over, no read is older than what was acknowledged before it', async () => {
  const experiment = await Experiment.start({ seed: Date.now() % 1_000_000, keys: 4 })
  const admin = openClient(experiment.url)
  let flushes = 0
  const storm = setInterval(() => {
    admin.flushall().then(
      () => (flushes += 1),
      () => undefined,
    )
  }, 20)
  try {
    await eventually(() => {
      expect(experiment.reads.length).toBeGreaterThan(1000)
      expect(experiment.writes.filter(({ acknowledged }) => acknowledged).length).toBeGreaterThan(50)
      expect(flushes).toBeGreaterThan(20)
    }, 120_000)
    await experiment.finish()
    expect(await experiment.violations()).toEqual([])
    const { summaries } = experiment
    expect(summaries.reduce((sum, { hits }) => sum + hits, 0)).toBeGreaterThan(0)
    expect(summaries.reduce((sum, { fillsDiscarded }) => sum + fillsDiscarded, 0)).toBeGreaterThan(0)
  } finally {
    clearInterval(storm)
    await experiment.stop()
  }
}, 180_000)

test('fault 14: scripts that the server has forgotten are sent again, and none stands in a transaction', async () => {
  const lab = await openLab()
  const { admin, cache, video } = lab
  const commands: string[] = []
  const monitor = await admin.monitor()
  monitor.on('monitor', (_time: string, [name = '']: string[]) => commands.push(name.toUpperCase()))
  for (const id of [1, 2, 3]) {
    await video.getOrSet({ id })
    await admin.script('FLUSH')
    await cache.invalidate({ tag: 'videos' })
    await expectStored(lab, id)
  }
  await eventually(() => {
    expect(commands.filter((name) => name === 'EVAL').length).toBeGreaterThanOrEqual(3)
  })
  monitor.disconnect()
  expect(commands).not.toContain('MULTI')
  expect(lab.failures).toEqual([])
  await lab.expectClean()
})
