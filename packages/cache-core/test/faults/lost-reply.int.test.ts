import { afterEach, describe, expect, test } from 'vitest'
import { createCache, redisProfile } from '../../src/index.ts'
import { batchOf } from '../../src/redis/script-batch.ts'
import { scripts, type ScriptName } from '../../src/redis/scripts.generated.ts'
import { createGate } from '../support/gate.ts'
import {
  closeLabs,
  expectInvalidated,
  expectReadsFromSource,
  expectStored,
  openClient,
  openLab,
  settled,
  type FaultLab,
} from '../support/fault-lab.ts'
import { withScripts } from '../support/mutants.ts'
import { eventually } from '../support/eventually.ts'

afterEach(closeLabs)

/** The reply to a script. */
function replyTo(name: ScriptName): (words: readonly string[]) => boolean {
  return (words) => words[1] === scripts[name].sha || words[1] === batchOf(scripts[name]).sha
}

/** Else the first reply only tells that the server does not know the script. */
async function teachScripts({ admin }: FaultLab): Promise<void> {
  for (const script of Object.values(scripts))
    for (const { lua } of [script, batchOf(script)]) await admin.script('LOAD', lua)
}

test('fault 7: an increment whose reply is lost is an error, since its outcome is unknown, and was done at most once', async () => {
  const lab = await openLab()
  const views = lab.cache.counter({ key: 'views:{id}', seed: () => 0 })
  await eventually(() => views.increment({ id: 1 }))
  const before = Number(await lab.admin.get(`${lab.cache.namespace}:views:1`))
  const lost = lab.proxy.loseReply({ command: replyTo('counterAdd') })
  await expect(views.increment({ id: 1 })).rejects.toMatchObject({
    code: expect.stringMatching(/^E_CACHE_(?:STORE|TIMEOUT)$/) as string,
  })
  await lost
  await lab.expectRecovery()
  expect(Number(await lab.admin.get(`${lab.cache.namespace}:views:1`))).toBe(before + 1)
  await lab.expectClean()
})

test.each([
  ['with its profile is counted at most once', redisProfile('cache'), 1],
  ['by ioredis’ defaults is counted twice', {}, 2],
] as const)('fault 7: an INCR whose reply is lost %s', async (_, options, count) => {
  const { proxy, admin } = await openLab()
  const client = openClient(proxy.url, options)
  await eventually(() => {
    expect(client.status).toBe('ready')
  })
  const lost = proxy.loseReply({ command: 'incr' })
  await settled([client.incr('counted')])
  await lost
  expect(await admin.get('counted')).toBe(String(count))
})

describe('fault 7: an invalidation whose reply is lost', () => {
  const ways = [
    ['its key', { key: 'video:1' }, 'unlink'],
    ['a tag', { tag: 'videos' }, replyTo('invalidateTags')],
    ['a pattern', { pattern: 'video:*' }, replyTo('sweep')],
  ] as const

  test.each(ways)('of %s rejects though it was done', async (_, target, command) => {
    const lab = await openLab()
    await teachScripts(lab)
    await expectStored(lab, 1)
    const lost = lab.proxy.loseReply({ command })
    await expect(lab.cache.invalidate(target)).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
    await lost
    await lab.expectRecovery()
    expect(await lab.video.get({ id: 1 })).toBeUndefined()
    await lab.expectClean()
  })

  test.each(ways)('of %s is done again when it may wait', async (_, target, command) => {
    const lab = await openLab({ cache: { onInvalidationFailure: 'queue' } })
    await teachScripts(lab)
    await expectStored(lab, 1)
    const replayed = new Promise((resolve) => lab.cache.on('invalidationReplayed', resolve))
    const lost = lab.proxy.loseReply({ command })
    lab.row.version = 2
    expect(await lab.cache.invalidate(target)).toMatchObject({ queued: 1 })
    await lost
    expect(await lab.video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    expect(await replayed).toEqual({ count: 1 })
    await lab.expectRecovery()
    expect(await lab.video.getOrSet({ id: 1 })).toEqual({ version: 2 })
    await lab.expectClean()
  })
})

test.each(['acquire', 'settle'] as const)(
  'fault 7: a load whose %s is not acknowledged reaches all that wait for it, and what it stored is not stale',
  async (name) => {
    const lab = await openLab()
    let isLost = false
    void lab.proxy.loseReply({ command: replyTo(name) }).then(() => (isLost = true))
    await eventually(async () => {
      await settled([lab.cache.invalidate('all')])
      await expectReadsFromSource(lab)
      expect(isLost).toBe(true)
    })
    await lab.expectRecovery()
    expect(lab.failures.some((failure) => failure.startsWith(name))).toBe(true)
    await expectInvalidated(lab, { tag: 'videos' })
    lab.row.version = 2
    await expectReadsFromSource(lab)
    await lab.expectClean()
  },
)

/** A fill that times out on its way, an invalidation that is acknowledged meanwhile, and then the fill's late arrival. */
async function lateFill(lab: FaultLab, broken: Readonly<Partial<Record<ScriptName, string>>>) {
  const client = openClient(lab.proxy.url, { ...redisProfile('cache'), socketTimeout: 60_000 })
  const frozen = createCache({
    redis: Object.keys(broken).length === 0 ? client : withScripts(client, broken),
    namespace: lab.cache.namespace,
  })
  const direct = createCache({ redis: lab.admin, namespace: lab.cache.namespace, redisTimeout: '5s' })
  const gate = createGate()
  const policy = { ttl: '5m' } as const
  const slow = frozen.define({ key: 'late:{id}', policy, load: () => gate.pass().then(() => 'old') })
  const same = direct.define({ key: 'late:{id}', policy, load: () => 'new' })
  await eventually(async () => {
    expect((await frozen.health()).status).toBe('up')
  })
  const held = gate.reached
  const reader = slow.getOrSet({ id: 1 })
  await held
  await lab.proxy.set({ toServer: { blackHole: true } })
  const failed = new Promise((resolve) => frozen.on('storeError', resolve))
  gate.open()
  expect(await reader).toBe('old')
  await failed
  await direct.invalidate({ key: 'late:1' })
  await lab.proxy.heal()
  await eventually(async () => {
    await frozen.health()
    expect((await frozen.health()).status).toBe('up')
  })
  const seen = await same.getOrSet({ id: 1 })
  await Promise.all([frozen.close(), direct.close()])
  return seen
}

test('fault 8: a fill that timed out and arrives late does not bring back what was invalidated meanwhile', async () => {
  expect(await lateFill(await openLab(), {})).toBe('new')
})

test('fault 8: a write to a server that is away does not wait in the client’s own queue to overwrite a newer one later', async () => {
  const lab = await openLab({ client: { enableOfflineQueue: true, maxRetriesPerRequest: 20 } })
  const { proxy, redis, cache, video } = lab
  await expectStored(lab, 1)
  await proxy.set({ accept: 'refuse' })
  proxy.resetAll()
  await eventually(() => {
    expect(redis.status).toBe('reconnecting')
  })
  expect(await video.set({ id: 1 }, { version: 1 })).toBe(false)
  expect(lab.queued()).toBe(0)
  const other = createCache({ redis: lab.admin, namespace: cache.namespace, redisTimeout: '10s' })
  const same = other.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => ({ version: 2 }) })
  expect(await same.set({ id: 1 }, { version: 2 })).toBe(true)
  await proxy.heal()
  await lab.expectRecovery()
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
  await other.close()
})

test('fault 8: without the compare-and-set it would', async () => {
  const settle = scripts.settle.lua.replaceAll("return 'void'", "redis.call('PING')")
  expect(settle).not.toBe(scripts.settle.lua)
  expect(await lateFill(await openLab(), { settle })).toBe('old')
})

test('fault 8: a write that timed out on a frozen server does not overwrite a newer one when the server goes on', async () => {
  const lab = await openLab()
  const { server, cache, video } = lab
  const other = createCache({ redis: lab.admin, namespace: cache.namespace, redisTimeout: '10s' })
  const same = other.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => ({ version: 2 }) })
  await expectStored(lab, 1)
  await server.pause()
  expect(await video.set({ id: 1 }, { version: 1 })).toBe(false)
  const newer = same.set({ id: 1 }, { version: 2 })
  await server.resume()
  expect(await newer).toBe(true)
  await lab.expectRecovery()
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
  await other.close()
})
