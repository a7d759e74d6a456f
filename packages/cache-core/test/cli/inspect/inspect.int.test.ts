import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Cache, msgpackCodec } from '../../../src/index.ts'
import { ageEntry } from '../../support/age-entry.ts'
import { closeAll, connectCache, testRedisUrl, uniqueNamespace } from '../../support/connect.ts'
import { createGate } from '../../support/gate.ts'
import { runCommand } from '../../support/run-command.ts'
import { ownRedis, stopServers } from '../../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

interface Options {
  readonly namespace: string
  readonly url?: string
}

type Document = Readonly<Record<string, unknown>>

async function inspect(
  key: string,
  { namespace, url = testRedisUrl() }: Options,
): Promise<Document & { text: string }> {
  const argv = ['inspect', key, '--namespace', namespace, '--url', url]
  const [json, plain] = [await runCommand([...argv, '--json']), await runCommand(argv)]
  expect([json.code, plain.code, json.err, plain.err]).toEqual([0, 0, '', ''])
  return { ...(JSON.parse(json.out) as Document), text: plain.out }
}

const secret = 'what was cached'

function defineVideo(cache: Cache, load: () => unknown = () => secret) {
  return cache.define({
    key: 'video:{id}',
    version: 3,
    policy: { ttl: '5m', staleWhileRevalidate: '1h' },
    tags: ({ id }) => ['videos', `video:${String(id)}`],
    load,
  })
}

describe('inspect', () => {
  test('tells of an entry all but its value', async () => {
    const namespace = uniqueNamespace()
    const { cache } = await connectCache({ namespace })
    await defineVideo(cache).set({ id: 1 }, secret)
    const { text, ...document } = await inspect('video:1', { namespace })
    expect(document).toMatchObject({
      key: 'video:1',
      redisKey: `${namespace}:video:1`,
      kind: 'entry',
      state: 'fresh',
      version: 3,
      soft: false,
      refreshMs: 0,
      barrierMs: 0,
      codec: 'j',
      payloadBytes: secret.length + 2,
      isServerNew: false,
      tags: [
        { tag: 'videos', state: 'good' },
        { tag: 'video:1', state: 'good' },
      ],
    })
    expect(document['epoch']).toBe(document['presentEpoch'])
    expect(text).toMatch(/^Usable: fresh for another (?:4 m \d+ s|5 m)\.$/m)
    expect(text).toContain('3, so only definitions of that version use it')
    expect(text).toMatch(/^ {2}videos +not invalidated since the load began/m)
    expect(JSON.stringify(document) + text).not.toContain(secret)
  })

  test('shows the value when it is asked for, with the types that JSON lacks', async () => {
    const namespace = uniqueNamespace()
    const { cache } = await connectCache({ namespace })
    await defineVideo(cache).set({ id: 1 }, { at: new Date(0), tags: new Set(['a']), text: 'x\u001B[2J' })
    const argv = ['inspect', 'video:1', '--value', '--namespace', namespace, '--url', testRedisUrl()]
    const plain = (await runCommand(argv)).out
    for (const text of ['at: 1970-01-01T00:00:00.000Z', "tags: Set(1) { 'a' }", String.raw`text: 'x\x1B[2J'`])
      expect(plain).toContain(text)
    expect(JSON.parse((await runCommand([...argv, '--json'])).out)).toMatchObject({
      value: { at: { '~t': 'Date', v: 0 }, tags: { '~t': 'Set', v: ['a'] } },
    })
  })

  test('shows compressed values, and only says what another codec wrote', async () => {
    const namespace = uniqueNamespace()
    const { cache } = await connectCache({ namespace, compression: { algorithm: 'gzip', threshold: 1000 } })
    await defineVideo(cache).set({ id: 1 }, secret.repeat(1000))
    const packer = { pack: () => Buffer.from('packed'), unpack: () => secret }
    const packed = {
      key: 'packed:{id}',
      codec: msgpackCodec(packer),
      policy: { ttl: '5m' },
      load: () => 1,
    } as const
    await cache.define(packed).set({ id: 1 }, 1)
    const show = async (key: string): Promise<string> => {
      const argv = ['inspect', key, '--value', '--namespace', namespace, '--url', testRedisUrl()]
      return (await runCommand(argv)).out
    }
    const compressed = await show('video:1')
    expect(compressed).toMatch(/^Value .*, JSON, compressed by gzip$/m)
    expect(compressed).toContain(secret)
    const other = await show('packed:1')
    expect(other).toMatch(/^Value .*, MessagePack$/m)
    expect(other).toContain('The value cannot be shown: the stored value was written by an unknown codec.')
  })

  test('reads tags that are longer than what is read at first', async () => {
    const namespace = uniqueNamespace()
    const { cache } = await connectCache({ namespace })
    const tags = Array.from({ length: 100 }, (_, index) => `a-rather-long-tag:${String(index)}`)
    await cache
      .define({ key: 'v:{id}', policy: { ttl: '5m' }, tags: () => tags, load: () => 1 })
      .set({ id: 1 }, 12)
    const found = await inspect('v:1', { namespace })
    expect((found['tags'] as { tag: string }[]).map(({ tag }) => tag)).toEqual(tags)
    expect(found).toMatchObject({ state: 'fresh', payloadBytes: 2 })
  })

  test('says what was invalidated, and how', async () => {
    const namespace = uniqueNamespace()
    const { cache } = await connectCache({ namespace })
    const video = defineVideo(cache)
    for (const id of [1, 2, 3]) await video.set({ id }, secret)
    await cache.invalidate({ tag: 'video:1' })
    expect(await inspect('video:1', { namespace })).toMatchObject({
      state: 'unusable',
      reason: 'tag',
      tags: [{ state: 'good' }, { state: 'hard' }],
      text: expect.stringMatching(/^ {2}video:1 +invalidated .* ago, after the load began$/m) as string,
    })
    await video.invalidate({ id: 2 }, { mode: 'soft' })
    expect(await inspect('video:2', { namespace })).toMatchObject({
      state: 'stale',
      reason: 'soft',
      soft: true,
    })
    await cache.invalidate({ tag: 'videos' }, { mode: 'soft' })
    expect(await inspect('video:3', { namespace })).toMatchObject({
      state: 'stale',
      reason: 'soft',
      tags: [{ state: 'soft' }, { state: 'good' }],
    })
    await video.invalidate({ id: 3 })
    expect(await inspect('video:3', { namespace })).toMatchObject({ state: 'absent', kind: 'absent' })
  })

  test('agrees with what a read makes of the entry', async () => {
    const namespace = uniqueNamespace()
    const { cache, redis } = await connectCache({ namespace })
    const video = defineVideo(cache)
    const changes: Record<string, () => Promise<unknown>> = {
      nothing: () => Promise.resolve(),
      aged: () => ageEntry(redis, `${namespace}:video:1`, 400_000),
      'tag invalidated': () => cache.invalidate({ tag: 'videos' }),
      'tag invalidated softly': () => cache.invalidate({ tag: 'videos' }, { mode: 'soft' }),
      'key invalidated softly': () => video.invalidate({ id: 1 }, { mode: 'soft' }),
      'marker evicted': () => redis.unlink(`${namespace}:~tag:videos`),
      'another epoch': () => redis.setrange(`${namespace}:video:1`, 55, 'another1'),
      damaged: () => redis.setrange(`${namespace}:video:1`, 76, 'x'),
      gone: () => redis.unlink(`${namespace}:video:1`),
    }
    const seen: Record<string, [state: unknown, hit: boolean]> = {}
    for (const [change, make] of Object.entries(changes)) {
      await video.set({ id: 1 }, secret)
      await make()
      seen[change] = [(await inspect('video:1', { namespace }))['state'], (await video.entry({ id: 1 })).hit]
      await video.invalidate({ id: 1 })
    }
    expect(seen).toEqual({
      nothing: ['fresh', true],
      aged: ['stale', false],
      'tag invalidated': ['unusable', false],
      'tag invalidated softly': ['stale', false],
      'key invalidated softly': ['stale', false],
      'marker evicted': ['unusable', false],
      'another epoch': ['unusable', false],
      damaged: ['unusable', false],
      gone: ['absent', false],
    })
  })

  test('sees a load under way, and one that replaces a stale value', async () => {
    const namespace = uniqueNamespace()
    const { cache, redis } = await connectCache({ namespace })
    const gates = [createGate(), createGate()] as const
    let loads = 0
    const video = defineVideo(cache, () => (gates[loads++] ?? gates[1]).pass().then(() => secret))
    const first = video.getOrSet({ id: 1 })
    await gates[0].reached
    expect(await inspect('video:1', { namespace })).toMatchObject({ state: 'loading', kind: 'lease' })
    gates[0].open()
    await first
    await vi.waitFor(async () => expect(await video.has({ id: 1 })).toBe(true))
    await ageEntry(redis, `${namespace}:video:1`, 400_000)
    await video.getOrSet({ id: 1 })
    await gates[1].reached
    const refreshed = await inspect('video:1', { namespace })
    expect(refreshed).toMatchObject({ state: 'stale', reason: 'expired' })
    expect(refreshed['refreshMs']).toBeGreaterThan(0)
    expect(refreshed.text).toContain('under way; its lease lapses in')
    gates[1].open()
  })

  test('sees barriers before the key and before its tags', async () => {
    const namespace = uniqueNamespace()
    const { cache } = await connectCache({ namespace })
    await defineVideo(cache).set({ id: 1 }, secret)
    await cache.invalidate({ tag: 'videos' }, { hold: '1m' })
    const tagged = await inspect('video:1', { namespace })
    expect(tagged.text).toMatch(/videos .*; a writer’s barrier stands for another/)
    await cache.invalidate({ key: 'video:1' }, { hold: '1m' })
    const barred = await inspect('video:1', { namespace })
    expect(barred).toMatchObject({ state: 'absent' })
    expect(barred['barrierMs']).toBeGreaterThan(30_000)
    expect(barred.text).toContain('while a writer’s barrier stands')
  })

  test('warns of a generation that is missing, and of a key that begins with the namespace', async () => {
    const namespace = uniqueNamespace()
    const { cache, redis } = await connectCache({ namespace })
    await cache.define({ key: 'v:{id}', policy: { ttl: '5m' }, load: () => 1 }).set({ id: 1 }, 1)
    expect((await inspect(`${namespace}:v:1`, { namespace })).text).toContain('did you mean v:1?')
    await redis.unlink(`${namespace}:~generation`)
    expect((await inspect('v:1', { namespace })).text).toContain('generation is missing')
  })

  test('warns of a server that was restarted since the epoch began', async () => {
    const server = await ownRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
    const { cache } = await connectCache({ namespace: 'shop' }, server.url)
    await defineVideo(cache).set({ id: 1 }, secret)
    const before = await inspect('video:1', { namespace: 'shop', url: server.url })
    expect(before).toMatchObject({ state: 'fresh', isServerNew: false })
    await closeAll()
    await server.restart()
    const after = await inspect('video:1', { namespace: 'shop', url: server.url })
    expect(after).toMatchObject({ isServerNew: true })
    expect(after.text).toContain('But the server was restarted or promoted since the epoch began')
  })

  test('knows counters and other programs’ data for what they are, and changes nothing', async () => {
    const namespace = uniqueNamespace()
    const { cache, redis } = await connectCache({ namespace })
    await cache.counter({ key: 'views:{id}', seed: () => 41 }).increment({ id: 1 })
    await redis.hset(`${namespace}:hash`, 'field', 'value')
    const namesBefore = (await redis.keys(`*${namespace}*`)).sort()
    expect(await inspect('views:1', { namespace })).toMatchObject({ state: 'foreign', kind: 'counter' })
    expect(await inspect('hash', { namespace })).toMatchObject({ state: 'foreign', kind: 'other' })
    expect(await inspect('nothing', { namespace })).toMatchObject({ state: 'absent' })
    expect((await redis.keys(`*${namespace}*`)).sort()).toEqual(namesBefore)
  })
})
