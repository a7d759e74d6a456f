import { startFaultProxy, type FaultProxy } from '@vidnest/services'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { redisProfile, type Cache, type CacheEvents } from '../../src/index.ts'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { closeLabs, openClient } from '../support/fault-lab.ts'
import { connectNear, nearRead, untilTrusted } from '../support/near-cache.ts'
import { ownRedis } from '../support/trouble.ts'

const proxies: FaultProxy[] = []

afterEach(async () => {
  await closeAll()
  await closeLabs()
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()))
})

/** A near tier whose subscription, and nothing else, goes through a link that can be spoilt; and another process. */
async function openNear() {
  const server = await ownRedis()
  const link = await startFaultProxy(server)
  proxies.push(link)
  const client = openClient(server.url, redisProfile('cache'))
  const throughLink = (options: object): Redis =>
    new Redis(link.url, { ...redisProfile('cache'), ...options })
  const redis = Object.assign(client, { duplicate: throughLink })
  const namespace = uniqueNamespace()
  const near = await connectNear({ namespace }, { url: server.url, client: redis })
  const other = await connectCache({ namespace }, server.url)
  const row = { version: 1 }
  const load = (): { version: number } => ({ version: row.version })
  const options = { key: 'video:{id}', policy: { ttl: '10m' }, tags: () => ['videos'], load } as const
  const reasons: CacheEvents['nearTier']['reason'][] = []
  near.cache.on('nearTier', ({ reason }) => reasons.push(reason))
  const video = near.cache.define(options)
  await expectInMemory(near.cache, video, 1)
  return { server, link, row, reasons, cache: near.cache, video, other: other.cache }
}

type Near = Awaited<ReturnType<typeof openNear>>

async function expectInMemory(cache: Cache, video: Near['video'], version: number): Promise<void> {
  await eventually(async () => {
    expect(await nearRead(cache, () => video.getOrSet({ id: 1 }))).toEqual({ version })
  })
}

/** What another process changes is followed again. */
async function expectCoherent({ cache, video, other, row }: Near): Promise<void> {
  await untilTrusted(cache)
  await expectInMemory(cache, video, row.version)
  row.version += 1
  await other.invalidate({ tag: 'videos' })
  await eventually(async () => {
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: row.version })
  })
  await expectInMemory(cache, video, row.version)
}

test('fault 19: messages that were lost with a subscriber’s connection leave nothing old in memory', async () => {
  const near = await openNear()
  const { cache, video, other, row, link, reasons } = near
  const bypassed = new Promise((resolve) => cache.on('nearTier', resolve))
  await link.set({ accept: 'refuse' })
  link.resetAll()
  await bypassed
  row.version = 2
  for (let message = 0; message < 50; message += 1) await other.invalidate({ tag: 'videos' })
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
  expect(cache.stats().memory).toMatchObject({ entries: 0, bypassed: true })
  await link.heal()
  await expectCoherent(near)
  expect(reasons.slice(0, 2)).toEqual(['lost', 'trusted'])
})

test('fault 20: a subscriber whose link is dead without a word is found out, and passed by until it hears again', async () => {
  const near = await openNear()
  const { cache, video, other, row, link, reasons } = near
  await link.set({ toClient: { blackHole: true } })
  row.version = 2
  await other.invalidate({ tag: 'videos' })
  await eventually(() => {
    expect(reasons[0]).toBe('silent')
  })
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 2 })
  expect(cache.stats().memory).toMatchObject({ bypassed: true })
  await link.heal()
  await expectCoherent(near)
})

test('fault 21: a subscriber that is too slow is dropped by the server, and that is a lost connection', async () => {
  const near = await openNear()
  const { server, link, cache } = near
  const admin = openClient(server.url)
  await admin.config('SET', 'client-output-buffer-limit', 'pubsub 65536 65536 1')
  const [channel = ''] = (await admin.pubsub('CHANNELS', '*')) as string[]
  const listeners = async (): Promise<number> =>
    Number(((await admin.pubsub('NUMSUB', channel)) as string[])[1])
  await link.set({ toClient: { blackHole: true } })
  expect(await listeners()).toBe(1)
  // More than the operating system takes for a connection that nobody reads, and the limit besides.
  while ((await listeners()) > 0) await admin.publish(channel, 'x'.repeat(1_000_000))
  await eventually(() => {
    expect(cache.stats().memory).toMatchObject({ bypassed: true, entries: 0 })
  })
  await link.heal()
  await expectCoherent(near)
})
