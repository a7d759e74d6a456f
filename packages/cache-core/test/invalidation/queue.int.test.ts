import { afterEach, expect, test } from 'vitest'
import { isCacheError, type CacheEvents } from '../../src/index.ts'
import { closeLabs, expectStored, openLab, type FaultLab } from '../support/fault-lab.ts'
import { eventually } from '../support/eventually.ts'

afterEach(closeLabs)

/** With how many slots the invalidation leaves: a tag's entries are judged when they are read. */
const targets = [
  ['its key', { key: 'video:1' }, 0],
  ['a tag', { tag: 'videos' }, 1],
  ['a pattern', { pattern: 'video:*' }, 0],
  ['all', 'all', 0],
] as const

const queueing = { cache: { onInvalidationFailure: 'queue' } } as const
/** A server that has its data again when it is started anew; and a cache that believes it, so that only the queue helps. */
const durable = { args: ['--appendonly', 'yes', '--appendfsync', 'always'], onFailover: 'keep' as const }

function openDurableLab(onInvalidationFailure: 'throw' | 'queue'): Promise<FaultLab> {
  const { args, onFailover } = durable
  return openLab({ args, cache: { onInvalidationFailure, onFailover } })
}

/** Resolves once nothing waits any more. */
async function expectReplayed({ cache }: FaultLab): Promise<void> {
  await eventually(() => {
    expect(cache.stats().invalidationsQueued).toBe(0)
  })
}

test.each(targets)(
  'rule 23: an invalidation of %s that Redis did not acknowledge rejects',
  async (_, target) => {
    const { server, cache } = await openLab()
    await server.pause()
    const failed: CacheEvents['invalidationFailed'][] = []
    cache.on('invalidationFailed', (event) => failed.push(event))
    const error: unknown = await cache.invalidate(target).catch((reason: unknown) => reason)
    expect(isCacheError(error, 'E_CACHE_INVALIDATION')).toBe(true)
    expect(failed).toMatchObject([{ queued: false, error: { code: 'E_CACHE_TIMEOUT' } }])
    expect(cache.stats()).toMatchObject({ invalidationsFailed: 1, invalidationsQueued: 0 })
    await server.resume()
  },
)

test.each(targets)(
  'rule 23: queued, an invalidation of %s is done before this process trusts Redis again',
  async (_, target) => {
    const lab = await openLab(queueing)
    const { server, cache, video, row } = lab
    await expectStored(lab, 1)
    await server.pause()
    row.version = 2
    expect(await cache.invalidate(target)).toMatchObject({ queued: 1 })
    expect(cache.stats().invalidationsQueued).toBe(1)
    expect((await cache.health()).status).toBe('degraded')
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    await server.resume()
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    expect([undefined, { version: 2 }]).toContainEqual(await video.get({ id: 1 }))
    await expectReplayed(lab)
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    await lab.expectRecovery()
    await lab.expectClean()
  },
)

test.each(targets)(
  'rule 23: queued, an invalidation of %s outlives a restart of Redis that kept the old value, without any read',
  async (_, target, left) => {
    const lab = await openDurableLab('queue')
    const { server, admin, cache, video, row } = lab
    await expectStored(lab, 1)
    await server.kill()
    row.version = 2
    expect(await cache.invalidate(target)).toMatchObject({ queued: 1 })
    await server.restart()
    await expectReplayed(lab)
    expect(await admin.exists(`${cache.namespace}:video:1`)).toBe(left)
    expect(await video.get({ id: 1 })).toBeUndefined()
    await lab.expectRecovery()
    await lab.expectClean()
  },
)

test('rule 23: without the queue, the old value would be there after that restart', async () => {
  const lab = await openDurableLab('throw')
  const { server, cache, video, row } = lab
  await expectStored(lab, 1)
  await server.kill()
  row.version = 2
  await expect(cache.invalidate('all')).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
  await server.restart()
  await lab.expectRecovery()
  await eventually(async () => {
    expect(await video.get({ id: 1 })).toEqual({ version: 1 })
  })
})

test('rule 23: more than fit become one sweep, before which nothing is trusted', async () => {
  const lab = await openDurableLab('queue')
  const { server, cache, video, row } = lab
  await expectStored(lab, 'kept')
  await server.kill()
  row.version = 2
  const keys = Array.from({ length: 10_001 }, (_, id) => ({ key: `video:${String(id)}` }))
  expect(await cache.invalidate(keys)).toMatchObject({ queued: 10_001 })
  expect(cache.stats().invalidationsQueued).toBe(1)
  const swept = new Promise((resolve) => cache.on('invalidate', resolve))
  await server.restart()
  expect(await video.getOrSet({ id: 'kept' })).toEqual({ version: 2 })
  expect(await swept).toMatchObject({ kind: 'all' })
  await expectReplayed(lab)
  // The read may have come after the sweep, and then it has stored what it loaded.
  expect(await video.get({ id: 'kept' })).not.toEqual({ version: 1 })
  await lab.expectRecovery()
  await lab.expectClean()
})

test.each([
  ['frozen', async (lab: FaultLab) => lab.server.pause()],
  ['killed', async (lab: FaultLab) => lab.server.kill()],
] as const)(
  'rule 23: a cache that is closed while its Redis is %s says how much is lost',
  async (_, stop) => {
    const lab = await openLab(queueing)
    const { cache } = lab
    await stop(lab)
    await cache.invalidate([{ key: 'video:secret' }, { tag: 'videos' }])
    const lost = new Promise<CacheEvents['invalidationFailed']>((resolve) =>
      cache.on('invalidationFailed', resolve),
    )
    await lab.expectClean()
    const { queued, error } = await lost
    expect([queued, error.code]).toEqual([false, 'E_CACHE_INVALIDATION'])
    expect(error.message).toContain('1 key, 1 tag')
    expect(error.message).not.toContain('secret')
  },
)

test('rule 23: an invalidation that fails when the cache has been closed meanwhile rejects, since nobody would do it', async () => {
  const lab = await openLab(queueing)
  const { server, cache } = lab
  await server.pause()
  const [invalidation] = await Promise.allSettled([cache.invalidate({ key: 'video:1' }), cache.close()])
  expect(invalidation).toMatchObject({ status: 'rejected', reason: { code: 'E_CACHE_INVALIDATION' } })
})
