import { afterEach, expect, test, vi } from 'vitest'
import { createCache, isCacheError } from '../../src/index.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { countCommands } from '../support/count-commands.ts'

afterEach(closeAll)

test('rule 2: a hit is one MGET, with the markers of the known tags, and no script', async () => {
  const { client, sent } = countCommands(await connect())
  const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    tags: () => ['a', 'b'],
    load: () => 'loaded',
  })
  await video.getOrSet({ id: 1 })
  await cache.close()
  const again = createCache({ redis: client, namespace: cache.namespace, redisTimeout: '2s' })
  const same = again.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    tags: () => ['a', 'b'],
    load: () => 'not needed',
  })
  await same.has({ id: 1 })
  sent.length = 0
  expect(await same.getOrSet({ id: 1 })).toBe('loaded')
  expect(sent.map(({ command, args }) => [command, args.length])).toEqual([['MGET', 3]])
})

test('rule 2: the reads of one tick travel in one MGET, equal keys once', async () => {
  const { client, sent } = countCommands(await connect())
  const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: ({ id }) => id })
  await Promise.all([1, 2, 3].map((id) => video.set({ id }, id)))
  sent.length = 0
  const read = await Promise.all([1, 2, 3, 1, 2, 1].map((id) => video.get({ id })))
  expect(read).toEqual([1, 2, 3, 1, 2, 1])
  expect(sent.map(({ command, args }) => [command, args.length])).toEqual([['MGET', 3]])
})

test('rule 10: tags that only the value tells cost one more round trip on a hit', async () => {
  const { client, sent } = countCommands(await connect())
  const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    load: () => ({ owner: 7 }),
    valueTags: (value) => [`owner:${String(value.owner)}`],
  })
  expect(await video.set({ id: 1 }, { owner: 7 })).toBe(true)
  sent.length = 0
  expect(await video.get({ id: 1 })).toEqual({ owner: 7 })
  expect(sent.map(({ command }) => command)).toEqual(['MGET', 'MGET'])
  await cache.invalidate({ tag: 'owner:7' })
  expect(await video.get({ id: 1 })).toBeUndefined()
})

test('rule 2: clients whose names, reads or numbers cannot be trusted are refused, naming the option', async () => {
  const redis = await connect()
  const refused = (options: object): string => {
    try {
      createCache({ redis: Object.assign(Object.create(redis) as typeof redis, { options }), namespace: 'n' })
      return 'accepted'
    } catch (error) {
      return isCacheError(error, 'E_CACHE_CONFIG') ? (error.message.split(':', 1)[0] ?? '') : 'another error'
    }
  }
  expect(refused({ keyPrefix: 'app:' })).toBe('redis.options.keyPrefix')
  expect(refused({ redisOptions: { keyPrefix: 'app:' } })).toBe('redis.options.keyPrefix')
  expect(refused({ stringNumbers: true })).toBe('redis.options.stringNumbers')
  expect(refused({ redisOptions: { stringNumbers: true } })).toBe('redis.options.stringNumbers')
  expect(refused({ sentinels: [{ host: 'localhost' }], role: 'slave' })).toBe('redis.options.role')
  expect(refused({ sentinels: [{ host: 'localhost' }], role: 'master' })).toBe('accepted')
})

test('a hit hands every caller a value of its own, and 0, empty text, false and null are values', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const anything = cache.define({
    key: 'any:{id}',
    policy: { ttl: '5m', negativeTtl: '1m' },
    load: (): unknown => undefined,
  })
  for (const [index, value] of [0, '', false, null].entries()) {
    const load = vi.fn(() => value)
    expect(await anything.getOrSet({ id: index }, load)).toBe(value)
    await vi.waitFor(async () => {
      expect(await anything.has({ id: index })).toBe(true)
    })
    expect(await anything.getOrSet({ id: index }, load)).toBe(value)
    expect(load).toHaveBeenCalledTimes(1)
  }
  await anything.set({ id: 'object' }, { list: [1] })
  const [one, other] = await Promise.all([anything.get({ id: 'object' }), anything.get({ id: 'object' })])
  expect(one).toEqual({ list: [1] })
  expect(one).not.toBe(other)
})
