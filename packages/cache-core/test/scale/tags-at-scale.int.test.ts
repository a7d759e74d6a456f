import { afterEach, expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { closeAll, connect, uniqueNamespace } from '../support/connect.ts'
import { countCommands } from '../support/count-commands.ts'
import { fillRaw } from '../support/fill-raw.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

const count = 100_000

test('rule 11: to invalidate a tag of 100,000 entries is one script and one message, and all of them are misses', async () => {
  const server = await ownRedis()
  const redis = await connect(server.url)
  const { client, sent } = countCommands(await connect(server.url))
  const cache = createCache({ redis: client, namespace: uniqueNamespace(), redisTimeout: '2s' })
  const item = cache.define({
    key: 'item:{id}',
    policy: { ttl: '10m' },
    tags: () => ['items'],
    load: () => '',
  })
  await item.set({ id: 'first' }, 'filled')
  const keys = Array.from({ length: count }, (_, id) => item.key({ id }))
  await fillRaw(redis, { cache, keys, tags: ['items'] })
  // From here on the server knows the script.
  await cache.invalidate({ tag: 'another' })
  const size = await redis.dbsize()
  const sample = Array.from({ length: 100 }, (_, index) => ({ id: index * (count / 100) }))
  expect(await item.getMany(sample)).toEqual(sample.map(() => 'filled'))
  sent.length = 0
  await cache.invalidate({ tag: 'items' })
  expect(sent.map(({ command }) => command)).toEqual(['EVALSHA', 'PUBLISH'])
  expect(await item.getMany(sample)).toEqual(sample.map(() => undefined))
  // Nothing was removed or added: the entries are judged when they are read.
  expect(await redis.dbsize()).toBe(size)
  await cache.close()
}, 60_000)

test('rule 10: a hit with five tags is one round trip when they are known or remembered, and two otherwise', async () => {
  const { client, sent } = countCommands(await connect())
  const namespace = uniqueNamespace()
  const define = (tagsKnown: boolean) => {
    const cache = createCache({ redis: client, namespace, redisTimeout: '2s' })
    const tags = ['a', 'b', 'c', 'd', 'e']
    const item = cache.define({
      key: 'item:{id}',
      policy: { ttl: '10m' },
      tags: () => (tagsKnown ? tags : []),
      valueTags: () => (tagsKnown ? [] : tags),
      load: () => 'loaded',
    })
    return { cache, item }
  }
  const roundTrips = async (read: () => Promise<unknown>): Promise<number> => {
    sent.length = 0
    expect(await read()).toBe('loaded')
    return sent.length
  }
  const known = define(true)
  await known.item.set({ id: 1 }, 'loaded')
  expect(await roundTrips(() => known.item.get({ id: 1 }))).toBe(1)
  const unknown = define(false)
  await unknown.item.set({ id: 2 }, 'loaded')
  expect(await roundTrips(() => unknown.item.get({ id: 2 }))).toBe(2)
  expect(await roundTrips(() => unknown.item.get({ id: 2 }))).toBe(1)
  await Promise.all([known.cache.close(), unknown.cache.close()])
})

test('rule 9: no helper key outlives the entries it belongs to by more than a minute', async () => {
  const redis = await connect()
  const cache = createCache({ redis, namespace: uniqueNamespace(), redisTimeout: '2s' })
  const item = cache.define({
    key: 'item:{id}',
    policy: { ttl: '5m', staleIfError: '5m' },
    tags: () => ['known'],
    valueTags: () => ['told'],
    load: () => '',
  })
  // The generation of an empty namespace lives for an hour, and then as long as its entries need.
  await item.set({ id: 1 }, 'filled')
  for (const helper of ['~tag:known', '~tag:told']) {
    const left = await redis.pttl(`${cache.namespace}:${helper}`)
    expect(left).toBeGreaterThan(600_000)
    expect(left).toBeLessThanOrEqual(660_000)
  }
  for (const name of await redis.keys(`*${cache.namespace}:*`))
    expect(await redis.pttl(name)).toBeGreaterThan(0)
  await cache.close()
})

test.each([-900_000, 900_000])(
  'rule 1, rule 8: a process whose clock is %i ms off neither serves too long nor too short, and hears of tags',
  async (offMs) => {
    const namespace = uniqueNamespace()
    const clock = {
      now: () => performance.now() + offMs,
      epochMs: () => Date.now() + offMs,
      setTimer: (delayMs: number, callback: () => void) => {
        const handle = setTimeout(callback, delayMs)
        return {
          cancel: () => {
            clearTimeout(handle)
          },
        }
      },
    }
    const wrong = createCache({ redis: await connect(), namespace, clock, redisTimeout: '2s' })
    const right = createCache({ redis: await connect(), namespace, redisTimeout: '2s' })
    const options = {
      key: 'item:{id}',
      policy: { ttl: '5m' },
      tags: () => ['items'],
      load: () => 'loaded',
    } as const
    const [wrongItem, rightItem] = [wrong.define(options), right.define(options)]
    await wrongItem.set({ id: 1 }, 'by the wrong clock')
    expect(await rightItem.get({ id: 1 })).toBe('by the wrong clock')
    const { ttl = 0 } = await rightItem.entry({ id: 1 })
    expect(Math.abs(ttl - 300_000)).toBeLessThan(10_000)
    await right.invalidate({ tag: 'items' })
    expect(await wrongItem.get({ id: 1 })).toBeUndefined()
    await rightItem.set({ id: 1 }, 'by the right clock')
    expect(await wrongItem.get({ id: 1 })).toBe('by the right clock')
    await wrong.invalidate({ tag: 'items' })
    expect(await rightItem.get({ id: 1 })).toBeUndefined()
    await Promise.all([wrong.close(), right.close()])
  },
)
