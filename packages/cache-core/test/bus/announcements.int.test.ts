import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { decodeMessage } from '../../src/bus/message.ts'
import { createCache, type Cache, type RedisArgument } from '../../src/index.ts'
import { closeAll, closeLater, connect, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { countCommands } from '../support/count-commands.ts'
import { HeldRedis } from '../support/held-redis.ts'
import { HeldReplies } from '../support/held-replies.ts'
import { connectNear, nearRead } from '../support/near-cache.ts'

afterEach(closeAll)

function defineVideo(cache: Cache) {
  return cache.define({
    key: 'video:{id}',
    policy: { ttl: '10m' },
    tags: () => ['videos'],
    load: () => 'old',
  })
}

/** The messages among the commands that were sent. */
function messagesOf(sent: readonly { command: string; args: RedisArgument[] }[]) {
  return sent.filter(({ command }) => command === 'PUBLISH').map(({ args }) => decodeMessage(String(args[1])))
}

describe('rule 19: what a cache tells', () => {
  const changes = {
    'an invalidation of a key': [(cache: Cache) => cache.invalidate({ key: 'video:1' }), ['video:1'], []],
    'an invalidation of a tag': [(cache: Cache) => cache.invalidate({ tag: 'videos' }), [], ['videos']],
    'one of both': [
      (cache: Cache) => cache.invalidate([{ key: 'video:1' }, { tag: 'videos' }]),
      ['video:1'],
      ['videos'],
    ],
    'a soft one': [(cache: Cache) => cache.invalidate({ key: 'video:1' }, { mode: 'soft' }), ['video:1'], []],
    'one that holds': [
      (cache: Cache) => cache.invalidate({ key: 'video:1' }, { hold: '1s' }),
      ['video:1'],
      [],
    ],
  } as const

  test.each(Object.entries(changes))('is %s, in one message', async (_, [change, keys, tags]) => {
    const { client, sent } = countCommands(await connect())
    const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
    closeLater(() => cache.close())
    await change(cache)
    expect(messagesOf(sent)).toMatchObject([{ number: 1, change: { keys, tags, all: false } }])
  })

  test('is a set, a writeThrough, a refresh and another life, but no load', async () => {
    const { client, sent } = countCommands(await connect())
    const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
    closeLater(() => cache.close())
    const video = defineVideo(cache)
    await video.getOrSet({ id: 1 })
    await eventually(() => {
      expect(cache.stats().fills).toBe(1)
    })
    expect(messagesOf(sent)).toEqual([])
    await video.set({ id: 1 }, 'set')
    await video.writeThrough({ id: 1 }, () => 'written')
    await video.refresh({ id: 1 })
    await eventually(() => {
      expect(messagesOf(sent)).toHaveLength(3)
    })
    await video.expire({ id: 1 }, '1h')
    expect(messagesOf(sent).map((message) => message?.change)).toEqual(
      Array(4).fill({ keys: ['video:1'], tags: [], all: false }),
    )
  })

  test('is both ends of a guarded write', async () => {
    const { client, sent } = countCommands(await connect())
    const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
    closeLater(() => cache.close())
    let toldBefore = 0
    await cache.guard({ tag: 'videos' }, () => {
      toldBefore = messagesOf(sent).length
    })
    expect(toldBefore).toBe(1)
    expect(messagesOf(sent)).toHaveLength(2)
  })

  test('is a sweep as a change of everything, also one that was stopped half way, but no dry run', async () => {
    const { client, sent } = countCommands(await connect())
    const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
    closeLater(() => cache.close())
    await cache.invalidate({ pattern: 'video:*' }, { dryRun: true })
    expect(messagesOf(sent)).toEqual([])
    const everything = { keys: [], tags: [], all: true }
    await cache.invalidate({ pattern: 'video:*' })
    expect(messagesOf(sent)).toMatchObject([{ change: everything }])
    await defineVideo(cache).set({ id: 1 }, 'set')
    sent.length = 0
    const controller = new AbortController()
    const stopped = cache.invalidate('all', {
      signal: controller.signal,
      onProgress: ({ removed }) => {
        if (removed > 0) controller.abort(new Error('enough'))
      },
    })
    await expect(stopped).rejects.toThrow('enough')
    expect(messagesOf(sent)).toMatchObject([{ change: everything }])
  })

  test('follows Redis’ acknowledgement, and comes before the promise resolves', async () => {
    const held = new HeldReplies(await connect())
    const { client, sent } = countCommands(held.client as Redis)
    const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
    closeLater(() => cache.close())
    const script = held.hold((command) => command.startsWith('EVAL'))
    let isDone = false
    const invalidating = cache.invalidate({ tag: 'videos' }).then(() => (isDone = true))
    await script.reached
    expect(messagesOf(sent)).toEqual([])
    const message = held.hold((command) => command === 'PUBLISH')
    script.open()
    await message.reached
    expect(isDone).toBe(false)
    message.open()
    await invalidating
  })

  test('of single keys on one server follows the UNLINK at once, since it cannot overtake it there', async () => {
    const { client, sent } = countCommands(await connect())
    const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
    closeLater(() => cache.close())
    const invalidating = cache.invalidate([{ key: 'video:1' }, { key: 'video:2' }])
    expect(sent.map(({ command }) => command).slice(-2)).toEqual(['UNLINK', 'PUBLISH'])
    await invalidating
  })

  test('is what a queued invalidation does in the end', async () => {
    const namespace = uniqueNamespace()
    const reader = await connectNear({ namespace })
    const video = defineVideo(reader.cache)
    await eventually(async () => {
      expect(await nearRead(reader.cache, () => video.getOrSet({ id: 1 }))).toBe('old')
    })
    const held = new HeldRedis(await connect())
    const writer = createCache({ redis: held.client, namespace, onInvalidationFailure: 'queue' })
    closeLater(() => writer.close())
    held.refuse()
    expect(await writer.invalidate({ key: 'video:1' })).toMatchObject({ queued: 1 })
    expect(await nearRead(reader.cache, () => video.getOrSet({ id: 1 }))).toBe('old')
    held.accept()
    await eventually(async () => {
      expect(await nearRead(reader.cache, () => video.get({ id: 1 }))).toBe('not in memory')
    })
  })

  test('costs a cache that tells nothing no command, and one that did a heartbeat from then on', async () => {
    const { client, sent } = countCommands(await connect())
    const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
    closeLater(() => cache.close())
    const video = defineVideo(cache)
    await video.getOrSet({ id: 1 })
    expect(messagesOf(sent)).toEqual([])
    await cache.invalidate({ key: 'video:1' })
    await eventually(() => {
      expect(messagesOf(sent)).toMatchObject([
        { number: 1, change: { keys: ['video:1'] } },
        { number: 1, change: undefined },
      ])
    })
  })
})
